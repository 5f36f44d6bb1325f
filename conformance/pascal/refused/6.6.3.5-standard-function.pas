program t(output);
procedure p(function q(x: real): real); begin writeln(q(1)) end;
begin
  p(sin)
end.
