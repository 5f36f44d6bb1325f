program t(output);
procedure halt;
begin
  writeln('a halt of the program''s own')
end;
begin
  halt;
  writeln('after')
end.
