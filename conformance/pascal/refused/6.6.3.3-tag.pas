program t(output);
var b: record case k: boolean of true: (); false: () end;
procedure p(var a: boolean); begin end;
begin
  p(b.k)
end.
