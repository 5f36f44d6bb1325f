program a(input, output);
const n = 10; pi = 3.14159; msg = 'text';
type color = (red, green, blue);
     vec = array [1..n] of integer;
     rec = record x, y: real; name: packed array [1..4] of char;
             case k: boolean of true: (i: integer); false: (c: char) end;
     ptr = ^node; node = record v: integer; next: ptr end;
var i, j, s: integer; v: vec; r: rec; c: color; p, q: ptr; cs: set of char; ks: set of color; ch: char; b: boolean;
    m: array [1..3, 1..3] of real; x: real;
function fib(n: integer): integer;
begin if n < 2 then fib := n else fib := fib(n-1) + fib(n-2) end;
procedure swap(var a, b: integer); var t: integer; begin t := a; a := b; b := t end;
procedure outer;
 var z: integer;
 procedure inner; begin z := z + 1; s := s + z end;
begin z := 5; inner; inner; writeln('z=', z:1) end;
function apply(function f(x: integer): integer; y: integer): integer; begin apply := f(y) end;
function twice(x: integer): integer; begin twice := 2 * x end;
procedure sum(var a: array [lo..hi: integer] of integer); var k, t: integer; begin t := 0; for k := lo to hi do t := t + a[k]; writeln('sum ', t) end;
procedure psum(a: array [lo..hi: integer] of integer); begin a[lo] := 99; writeln(a[lo]) end;
procedure nl; label 1; procedure deep; begin goto 1 end; begin deep; writeln('no'); 1: writeln('jumped') end;
begin
  writeln('fib ', fib(20));
  for i := 1 to n do v[i] := i * i;
  s := 0; for i := n downto 1 do s := s + v[i]; writeln(s);
  swap(v[1], v[2]); writeln(v[1], v[2]);
  s := 0; outer; writeln(s);
  r.x := 1.5; r.y := 2 * r.x; r.name := 'abcd'; r.k := true; r.i := 7;
  with r do begin writeln(x:8:3, y, name, i) end;
  new(p); p^.v := 1; new(p^.next); p^.next^.v := 2; p^.next^.next := nil;
  q := p; while q <> nil do begin write(q^.v:3); q := q^.next end; writeln;
  cs := ['a'..'f', 'z']; for ch := 'a' to 'z' do if ch in cs then write(ch); writeln;
  ks := [red, blue]; ks := ks + [green] - [red]; for c := red to blue do write(ord(c):2, c in ks); writeln;
  c := green; case c of red: writeln(1); green: writeln(msg); blue: writeln(2) end;
  writeln(apply(twice, 21)); sum(v); psum(v); nl; writeln(-7 mod 3, -7 div 3, trunc(-2.5), round(2.5), round(-2.5)); x := sqrt(2); writeln(x, sin(1), exp(1), ln(10), arctan(1)*4);
  i := 0; repeat i := i + 1; case i of 1,2: write(1); 3: write(3); 4,5,6,7: write(4); 8: write(8) end until (i >= 8) or (i = 100); writeln; writeln(r.name = msg, r.name < msg, odd(3), succ(red) = green, chr(65), ord('a'), abs(-3), sqr(5));
  m[2,3] := 5; m[2][1] := 1; writeln(m[2,3]:1:1); b := not (1 > 2) and true; writeln(b); dispose(p); writeln(1e-5, 123.456:10, -0.5:1:1);
  read(i, x, ch); writeln(i, x, ch); readln; while not eof do begin while not eoln do begin read(ch); write(ch) end; readln; writeln end
end.
