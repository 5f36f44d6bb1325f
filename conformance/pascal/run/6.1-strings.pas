program t(output);
begin
  writeln('it''s', '''', 'a':3, '  ');
  writeln('{not a comment}', '(* nor this *)')
end.
