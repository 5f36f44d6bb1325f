program t(output, data);
procedure data; begin end;
begin
  data
end.
