program t(output);
type a = set of char;
function f: a; begin f := [] end;
begin
  writeln(1)
end.
