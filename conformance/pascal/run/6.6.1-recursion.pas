program t(output);
function fact(n: integer): integer;
begin if n <= 1 then fact := 1 else fact := n * fact(n - 1) end;
function gcd(a, b: integer): integer;
begin if b = 0 then gcd := a else gcd := gcd(b, a mod b) end;
function ack(m, n: integer): integer;
begin if m = 0 then ack := n + 1 else if n = 0 then ack := ack(m - 1, 1) else ack := ack(m - 1, ack(m, n - 1)) end;
begin
  writeln(fact(12), gcd(1071, 462), ack(2, 9))
end.
