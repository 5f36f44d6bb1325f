program t(output);
procedure p; external;
begin
  p
end.
