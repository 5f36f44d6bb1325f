program t(output);
procedure each(procedure p(i: integer); n: integer); var i: integer; begin for i := 1 to n do p(i) end;
procedure show(i: integer); begin write(i * i) end;
procedure outer; var s: integer;
procedure add(i: integer); begin s := s + i end;
begin s := 0; each(add, 10); writeln(s) end;
begin
  each(show, 5); writeln; outer
end.
