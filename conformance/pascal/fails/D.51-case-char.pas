program t(output);
var c: char;
begin
  c := 'x'; case c of 'a': writeln; 'b': writeln end
end.
