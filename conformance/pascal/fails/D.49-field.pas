program t(output);
var r: record d: 1..31 end; i: integer;
begin
  i := 32; r.d := i
end.
