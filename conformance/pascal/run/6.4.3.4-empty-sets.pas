program t(output);
var a: set of char; b: set of boolean;
begin
  a := []; b := []; writeln(a = [], b = [], [] = [], [] <= a, a <= []); b := [true]; writeln(b = [], b >= [], true in b, false in b)
end.
