program t(output);
function integrate(function f(x: real): real; a, b: real; n: integer): real;
var i: integer; s, h: real;
begin h := (b - a) / n; s := 0; for i := 0 to n - 1 do s := s + f(a + (i + 0.5) * h); integrate := s * h end;
function square(x: real): real; begin square := x * x end;
function wave(x: real): real; begin wave := sin(x) end;
begin
  writeln(integrate(square, 0, 3, 300):8:3, integrate(wave, 0, 3.14159265, 300):8:3)
end.
