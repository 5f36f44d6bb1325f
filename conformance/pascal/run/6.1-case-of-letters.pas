program t(output);
CONST Ten = 10;
Var ABC: INTEGER;
begin
  aBc := TEN; WriteLn(abc, ABC)
end.
