program t;
uses crt;
begin
  writeln('a')
end.
