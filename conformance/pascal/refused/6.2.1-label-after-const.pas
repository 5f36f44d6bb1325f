program t(output);
const n = 1;
label 1;
begin
  1: writeln(n)
end.
