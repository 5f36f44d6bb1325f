program t(output);
procedure p; var a: integer; begin writeln(a) end;
begin
  p
end.
