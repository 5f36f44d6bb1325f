program t(output);
var r: record case k: boolean of true: (i: integer); false: (c: char) end;
begin
  r.k := false; with r do begin c := 'x'; i := 1 end
end.
