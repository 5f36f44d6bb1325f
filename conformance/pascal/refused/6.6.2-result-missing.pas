program t(output);
function f; begin f := 1 end;
begin
  writeln(f)
end.
