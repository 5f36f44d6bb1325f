program t(output);
type r = record case b: boolean of true: (i: integer); false: (c: char) end;
var v: r;
begin
  with v do begin b := true; i := 5; writeln(i); b := false; c := 'z'; writeln(c) end
end.
