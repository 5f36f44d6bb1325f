program t(output);
procedure a(procedure p); begin p end;
procedure b(procedure p); begin a(p) end;
procedure c; var n: integer; procedure inc1; begin n := n + 1 end; begin n := 0; b(inc1); b(inc1); writeln(n) end;
begin
  c
end.
