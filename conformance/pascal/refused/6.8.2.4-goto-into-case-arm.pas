program t(output);
label 1;
begin
  case 1 of 1: goto 1; 2: begin 1: writeln end end
end.
