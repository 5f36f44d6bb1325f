program t(output);
var i: integer; c: char;
begin
  for i := 1 to 12 do case i of 1: write('a'); 2, 3: write('b'); 4, 5, 6, 7: begin write('c'); write('d') end; 8: ; 9, 10, 11, 12: write('e') end; writeln;
  for c := 'a' to 'e' do case c of 'a', 'e': write(1); 'b', 'c', 'd': write(2) end; writeln
end.
