/* A small byte-code machine with a switch: nested loops over registers and a stack. */
typedef unsigned long u64;
enum { PUSH, LOAD, STORE, ADD, SUB, MUL, XOR, LESS, JUMP_IF, JUMP, HALT };
static const long code[] = {
  PUSH, 0, STORE, 0, /* sum = 0 */ PUSH, 0, STORE, 1, /* i = 0 */
  /* 8 */ PUSH, 0, STORE, 2, /* j = 0 */
  /* 12 */ LOAD, 0, LOAD, 1, LOAD, 2, MUL, LOAD, 0, PUSH, 13, ADD, XOR, ADD, STORE, 0,
  /* 28 */ LOAD, 2, PUSH, 1, ADD, STORE, 2, LOAD, 2, PUSH, 300, LESS, JUMP_IF, 12,
  /* 42 */ LOAD, 1, PUSH, 1, ADD, STORE, 1, LOAD, 1, PUSH, 2500, LESS, JUMP_IF, 8, HALT,
};
u64 bench(void) {
  long stack[16], vars[4], *sp = stack;
  const long *pc = code;
  for (;;) {
    switch (*pc++) {
      case PUSH: *sp++ = *pc++; break;
      case LOAD: *sp++ = vars[*pc++]; break;
      case STORE: vars[*pc++] = *--sp; break;
      case ADD: sp--; sp[-1] += *sp; break;
      case SUB: sp--; sp[-1] -= *sp; break;
      case MUL: sp--; sp[-1] *= *sp; break;
      case XOR: sp--; sp[-1] ^= *sp; break;
      case LESS: sp--; sp[-1] = sp[-1] < *sp; break;
      case JUMP_IF: { long target = *pc++; if (*--sp) pc = code + target; break; }
      case JUMP: pc = code + *pc; break;
      default: return vars[0];
    }
  }
}
