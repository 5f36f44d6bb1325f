program t(output);
type small = 1..5;
var b: array [1..30] of char;
procedure p(var a: array [i..j: small] of char); begin end;
begin
  p(b)
end.
