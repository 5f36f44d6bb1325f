program t(output);
type q = ^n; n = record v: integer; next: q end;
var p: q;
begin
  p := nil; with p^ do v := 1
end.
