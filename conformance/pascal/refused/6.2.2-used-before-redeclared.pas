program t(output);
const n = 5;
procedure p;
const m = n; n = 6;
begin writeln(m, n) end;
begin
  p
end.
