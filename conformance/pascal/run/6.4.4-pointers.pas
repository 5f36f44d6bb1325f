program t(output);
type p = ^integer;
var a, b: p;
begin
  new(a); a^ := 5; b := a; b^ := 6; writeln(a^, a = b); new(b); b^ := 6; writeln(a = b, a <> b, a^ = b^); a := nil; writeln(a = nil)
end.
