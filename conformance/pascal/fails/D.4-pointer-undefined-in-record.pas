program t(output);
type q = ^n; n = record v: integer; next: q end;
var p: q;
begin
  new(p); p^.next^.v := 1
end.
