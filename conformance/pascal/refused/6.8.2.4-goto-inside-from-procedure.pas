program t(output);
label 1;
procedure p; begin goto 1 end;
begin
  p; if true then begin 1: writeln end
end.
