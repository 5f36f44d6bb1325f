program t(output);
function f: boolean; begin f := 2 end;
begin
  writeln(f)
end.
