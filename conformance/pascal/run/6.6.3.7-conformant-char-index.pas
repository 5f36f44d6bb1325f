program t(output);
var a: array ['a'..'d'] of integer; c: char;
procedure p(var x: array [l..h: char] of integer); var c: char; begin for c := l to h do x[c] := ord(c) end;
begin
  p(a); for c := 'a' to 'd' do write(a[c]:4); writeln
end.
