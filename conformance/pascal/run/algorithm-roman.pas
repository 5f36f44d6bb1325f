program t(output);
procedure roman(n: integer); begin if n >= 1000 then begin write('m'); roman(n - 1000) end else if n >= 900 then begin write('cm'); roman(n - 900) end else if n >= 500 then begin write('d'); roman(n - 500) end else if n >= 400 then begin write('cd'); roman(n - 400) end else if n >= 100 then begin write('c'); roman(n - 100) end else if n >= 90 then begin write('xc'); roman(n - 90) end else if n >= 50 then begin write('l'); roman(n - 50) end else if n >= 40 then begin write('xl'); roman(n - 40) end else if n >= 10 then begin write('x'); roman(n - 10) end else if n = 9 then write('ix') else if n >= 5 then begin write('v'); roman(n - 5) end else if n = 4 then write('iv') else if n > 0 then begin write('i'); roman(n - 1) end end;
begin
  roman(1994); writeln; roman(2026); writeln; roman(49); writeln
end.
