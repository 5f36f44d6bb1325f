program t(output);
procedure odds(n: integer); forward;
procedure evens(n: integer);
begin write(n:3); if n > 0 then odds(n - 1) end;
procedure odds;
begin write(-n:4); if n > 0 then evens(n - 1) end;
begin
  evens(6); writeln
end.
