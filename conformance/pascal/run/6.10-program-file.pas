program t(output, data);
var data: text; n: integer;
begin
  rewrite(data); writeln(data, 'saved ', 42); reset(data); while not eof(data) do begin while not eoln(data) do begin write(data^); get(data) end; readln(data); writeln end; n := 1; writeln(n)
end.
