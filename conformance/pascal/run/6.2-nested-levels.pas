program t(output);
var a: integer;
procedure l1; var b: integer;
procedure l2; var c: integer;
procedure l3; var d: integer;
begin d := a + b + c; a := d; b := d + 1; c := d + 2 end;
begin c := 3; l3; writeln(c) end;
begin b := 2; l2; writeln(b) end;
begin
  a := 1; l1; writeln(a)
end.
