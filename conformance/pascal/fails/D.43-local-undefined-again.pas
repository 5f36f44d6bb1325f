program t(output);
procedure p(first: boolean); var a: integer; begin if first then a := 5; writeln(a) end;
begin
  p(true); p(false)
end.
