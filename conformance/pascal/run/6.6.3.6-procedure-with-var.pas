program t(output);
procedure apply(procedure f(var x: integer); var y: integer); begin f(y); f(y) end;
procedure double(var x: integer); begin x := 2 * x end;
procedure run; var k: integer; begin k := 5; apply(double, k); writeln(k) end;
begin
  run
end.
