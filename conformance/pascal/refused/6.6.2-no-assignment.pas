program t(output);
function f: integer; begin writeln(1) end;
begin
  writeln(f)
end.
