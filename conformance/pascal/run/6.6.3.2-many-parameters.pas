program t(output);
procedure p(a: integer; b: real; c: char; d: boolean; e, f: integer; g: real; h: char);
begin writeln(a, b:5:1, c, d, e, f, g:5:1, h) end;
begin
  p(1, 2.5, 'c', true, 5, 6, 7.5, 'h')
end.
