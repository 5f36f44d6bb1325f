program t(output);
label 1;
var i: integer;
begin
  goto 1; for i := 1 to 2 do begin 1: writeln end
end.
