program t(output);
procedure leave(depth: integer);
begin
  if depth = 0 then halt(7);
  leave(depth - 1);
  writeln('not here')
end;
begin
  write('before');
  leave(3);
  writeln('nor here')
end.
