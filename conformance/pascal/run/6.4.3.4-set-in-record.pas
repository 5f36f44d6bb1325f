program t(output);
type r = record s: set of char; t: set of boolean end;
var a, b: r; p: ^r;
begin
  a.s := ['x']; a.t := [true]; b := a; new(p); p^ := b; p^.s := p^.s + ['y'];
  writeln('y' in a.s, 'y' in p^.s, true in p^.t)
end.
