program t(output);
var averyveryverylongidentifierindeed, averyveryverylongidentifierindeex: integer;
begin
  averyveryverylongidentifierindeed := 1; averyveryverylongidentifierindeex := 2;
  writeln(averyveryverylongidentifierindeed, averyveryverylongidentifierindeex)
end.
