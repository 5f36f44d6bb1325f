program t(output);
label 1;
procedure p; begin 1: writeln end;
begin
  p
end.
