program t(output);
label 1;
procedure p; label 1; begin goto 1; writeln(0); 1: writeln(1) end;
begin
  p; goto 1; writeln(0);
  1: writeln(2)
end.
