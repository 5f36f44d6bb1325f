program t;
var s: string[10];
procedure p(var x: string);
begin x := 'a' end;
begin
  p(s);
  p(s[1])
end.
