program t(output);
type date = record day: 1..31; month: 1..12; year: integer end;
var a, b: date;
begin
  a.day := 24; a.month := 12; a.year := 1999; b := a; b.year := b.year + 1;
  writeln(a.day:1, a.month:3, a.year:5, b.year:5)
end.
