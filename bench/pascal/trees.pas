program b(output);
const n = 10;
type tree = ^node; node = record l, r: tree end;
var i, d: integer; t: tree; s: integer;
function make(d: integer): tree; var t: tree;
begin new(t); if d = 0 then begin t^.l := nil; t^.r := nil end else begin t^.l := make(d-1); t^.r := make(d-1) end; make := t end;
function check(t: tree): integer;
begin if t^.l = nil then check := 1 else check := 1 + check(t^.l) + check(t^.r) end;
procedure free(t: tree); begin if t^.l <> nil then begin free(t^.l); free(t^.r) end; dispose(t) end;
begin s := 0; for i := 1 to 100 do begin t := make(14); s := s + check(t); free(t) end; writeln(s) end.
