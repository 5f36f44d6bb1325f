program t(output);
function f: integer;
procedure set5; begin f := 5 end;
begin set5 end;
begin
  writeln(f)
end.
