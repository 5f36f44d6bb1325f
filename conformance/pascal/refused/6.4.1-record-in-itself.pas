program t(output);
type t = record a: integer; b: t end;
begin
  writeln(1)
end.
