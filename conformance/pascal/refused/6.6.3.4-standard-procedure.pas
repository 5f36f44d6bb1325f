program t(output);
procedure p(procedure q); begin q end;
begin
  p(writeln)
end.
