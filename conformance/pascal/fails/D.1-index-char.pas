program t(output);
var a: array ['a'..'f'] of integer; c: char;
begin
  c := 'g'; a[c] := 1
end.
