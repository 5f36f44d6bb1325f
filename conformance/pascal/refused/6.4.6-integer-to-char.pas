program t(output);
var a: char;
begin
  a := 65
end.
