program t(input, output);
var c: char;
procedure next; begin repeat if eoln then c := ';' else read(c) until c <> ' ' end;
function expr: integer; var s: integer;
function term: integer; var p: integer;
function factor: integer; var f: integer; begin if c = '(' then begin next; factor := expr; next end else begin f := 0; while c in ['0'..'9'] do begin f := 10 * f + ord(c) - ord('0'); next end; factor := f end end;
begin p := factor; while c in ['*', '/'] do if c = '*' then begin next; p := p * factor end else begin next; p := p div factor end; term := p end;
begin s := term; while c in ['+', '-'] do if c = '+' then begin next; s := s + term end else begin next; s := s - term end; expr := s end;
begin
  while not eof do begin next; writeln(expr); readln end
end.
