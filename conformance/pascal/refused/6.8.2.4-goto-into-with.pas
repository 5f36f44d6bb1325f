program t(output);
label 1;
var r: record x: integer end;
begin
  goto 1; with r do begin x := 1; 1: writeln end
end.
