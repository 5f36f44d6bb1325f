program t(output);
function even(n: integer): boolean; forward;
function odds(n: integer): boolean;
begin if n = 0 then odds := false else odds := even(n - 1) end;
function even;
begin if n = 0 then even := true else even := odds(n - 1) end;
begin
  writeln(even(10), even(7), odds(7))
end.
