program t(output);
type t = 'a'..'e';
var c: char;
procedure p(a: t); begin writeln(a) end;
begin
  c := 'z'; p(c)
end.
