program t(output);
function f: integer; begin f := 1 end;
function g: integer; begin f := 1; g := 2 end;
begin
  writeln(f + g)
end.
