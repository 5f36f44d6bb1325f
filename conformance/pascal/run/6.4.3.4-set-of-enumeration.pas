program t(output);
type c = (red, green, blue, white);
var s, t: set of c; k: c;
begin
  s := [red, blue]; t := [green..white]; for k := red to white do write((k in s):6, (k in t):6, (k in s * t):6, (k in s + t):6, (k in s - t):6); writeln
end.
