program t(output);
begin
  begin writeln
end.
