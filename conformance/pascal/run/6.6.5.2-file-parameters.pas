program t(output);
var f: text;
procedure out(var t: text; n: integer); begin writeln(t, n) end;
procedure copy(var a, b: text); var c: char; begin while not eof(a) do begin while not eoln(a) do begin b^ := a^; put(b); get(a) end; readln(a); writeln(b) end end;
begin
  rewrite(f); out(f, 5); out(f, 6); reset(f); copy(f, output)
end.
