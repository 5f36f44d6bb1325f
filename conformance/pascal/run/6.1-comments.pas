program t(output);
{ one } (* two *) { three *) (* four }
begin
  writeln{in the middle}(1{a}+(*b*)2)
end.
