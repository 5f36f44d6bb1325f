program t(output);
type c = (red, green);
function f(i: integer): c; begin if odd(i) then f := green else f := red end;
function g(x: real): real; begin g := x * x end;
function h(k: char): char; begin h := succ(k) end;
function b(i: integer): boolean; begin b := i > 3 end;
begin
  writeln(ord(f(3)), g(1.5):6:2, h('a'), b(2), b(4))
end.
