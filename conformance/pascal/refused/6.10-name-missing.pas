program (output);
begin
end.
