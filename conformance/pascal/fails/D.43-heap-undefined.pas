program t(output);
type q = ^n; n = record v: integer; next: q end;
var p: q;
begin
  new(p); writeln(p^.v)
end.
