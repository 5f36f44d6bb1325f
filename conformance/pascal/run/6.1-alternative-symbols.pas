program t(output);
type p = @integer;
var a: array (.1..2.) of integer; q: p;
begin
  new(q); q@ := 5; a(.1.) := q@; writeln(a[1], q^)
end.
