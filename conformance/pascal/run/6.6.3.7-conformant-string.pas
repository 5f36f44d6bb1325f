program t(output);
type s5 = packed array [1..5] of char;
var w: s5;
procedure show(s: packed array [l..h: integer] of char); var i: integer; begin for i := h downto l do write(s[i]); writeln(h) end;
procedure up(var s: packed array [l..h: integer] of char); var i: integer; begin for i := l to h do s[i] := chr(ord(s[i]) - 32) end;
begin
  show('constant'); w := 'hello'; show(w); up(w); writeln(w)
end.
