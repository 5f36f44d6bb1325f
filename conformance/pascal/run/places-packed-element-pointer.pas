program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var p1, p2: pair; v1, v2: vector; q1, q2: link;
  z: packed array [1..5] of link; i: integer;
procedure show(s: colors); var c: color; begin for c := red to blue do if c in s then write(ord(c):2) else write('  ') end;
procedure spell(s: chars); var c: char; begin for c := 'a' to 'z' do if c in s then write(c) end;
begin
  p1.a := 1; p1.b := 'b'; p2.a := 2; p2.b := 'c'; v1[1] := 1; v1[2] := 2; v1[3] := 3; v2[1] := 4; v2[2] := 5; v2[3] := 6; new(q1); q1^ := 1; new(q2); q2^ := 2;
  for i := 1 to 5 do if odd(i) then z[i] := q1 else z[i] := q2;
  z[2] := z[1]; for i := 1 to 5 do begin write(z[i]^:3); write('|') end; writeln
end.
