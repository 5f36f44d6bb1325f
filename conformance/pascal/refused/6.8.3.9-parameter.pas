program t(output);
procedure p(i: integer); begin for i := 1 to 2 do writeln end;
begin
  p(1)
end.
