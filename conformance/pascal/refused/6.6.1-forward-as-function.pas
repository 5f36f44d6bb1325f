program t(output);
procedure p; forward;
function p; begin p := 1 end;
begin
  p
end.
