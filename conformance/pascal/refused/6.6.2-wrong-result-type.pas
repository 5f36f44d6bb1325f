program t(output);
function f: integer; begin f := 'x' end;
begin
  writeln(f)
end.
