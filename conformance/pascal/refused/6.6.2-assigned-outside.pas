program t(output);
function f: integer; begin f := 1 end;
begin
  f := 2
end.
