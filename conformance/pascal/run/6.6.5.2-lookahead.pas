program t(input, output);
var n: integer; c: char;
begin
  while not eof do begin if input^ in ['0'..'9'] then begin read(n); write('<', n:1, '>') end else if eoln then begin readln; writeln end else begin read(c); write(c) end end
end.
