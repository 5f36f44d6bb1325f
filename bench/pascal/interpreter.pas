program interpreter(output);
type op = (push, load, store, add, sub, jump, jumpzero, stop);
var code: array [0..31] of record o: op; a: integer end; s, v: array [0..15] of integer; pc, sp, at: integer; running: boolean;
procedure emit(o: op; a: integer); begin code[at].o := o; code[at].a := a; at := at + 1 end;
begin
  at := 0;
  emit(push, 4000000); emit(store, 0); emit(push, 0); emit(store, 1);
  emit(load, 0); emit(jumpzero, 15);
  emit(load, 1); emit(push, 3); emit(add, 0); emit(store, 1);
  emit(load, 0); emit(push, 1); emit(sub, 0); emit(store, 0); emit(jump, 4);
  emit(stop, 0);
  pc := 0; sp := 0; running := true;
  while running do with code[pc] do begin
    pc := pc + 1;
    case o of
      push: begin s[sp] := a; sp := sp + 1 end;
      load: begin s[sp] := v[a]; sp := sp + 1 end;
      store: begin sp := sp - 1; v[a] := s[sp] end;
      add: begin sp := sp - 1; s[sp - 1] := s[sp - 1] + s[sp] end;
      sub: begin sp := sp - 1; s[sp - 1] := s[sp - 1] - s[sp] end;
      jump: pc := a;
      jumpzero: begin sp := sp - 1; if s[sp] = 0 then pc := a end;
      stop: running := false
    end
  end;
  writeln(v[1])
end.
