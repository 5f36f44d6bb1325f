/** Loads, stores and addresses. docs/pcode.md, "Memory". */

import { insn } from "./insn.ts";
import { UNDEFINED_LONG } from "./state.ts";

export const variables = {
  lal: insn("00010000 a:6 imm:18", "lal imm", [0, 1], (h, { a, imm }) => h.setE(a, h.local(imm))),
  ldlw: insn("00010001 a:6 at:18", "ldlw at", [0, 1], (h, { a, at }) =>
    h.setE(a, h.fetchKnown("word", h.local(at))),
  ),
  ldlb: insn("00010010 a:6 at:18", "ldlb at", [0, 1], (h, { a, at }) =>
    h.setE(a, h.fetchKnown("byte", h.local(at))),
  ),
  ldld: insn("00010011 a:6 at:18", "ldld at", [0, 1], (h, { a, at }) =>
    h.setE(a, h.fetchKnown("long", h.local(at))),
  ),
  ldlwc: insn("00010100 a:6 at:18", "ldlwc at", [0, 1], (h, { a, at }) =>
    h.setDefined(a, "word", h.fetchKnown("word", h.local(at))),
  ),
  ldldc: insn("00010101 a:6 at:18", "ldldc at", [0, 1], (h, { a, at }) =>
    h.setDefined(a, "long", h.fetchKnown("long", h.local(at))),
  ),

  lag: insn("00011000 a:6 imm:18", "lag imm", [0, 1], (h, { a, imm }) => h.setE(a, h.global(imm))),
  ldgw: insn("00011001 a:6 at:18", "ldgw at", [0, 1], (h, { a, at }) =>
    h.setE(a, h.fetchKnown("word", h.global(at))),
  ),
  ldgb: insn("00011010 a:6 at:18", "ldgb at", [0, 1], (h, { a, at }) =>
    h.setE(a, h.fetchKnown("byte", h.global(at))),
  ),
  ldgd: insn("00011011 a:6 at:18", "ldgd at", [0, 1], (h, { a, at }) =>
    h.setE(a, h.fetchKnown("long", h.global(at))),
  ),
  ldgwc: insn("00011100 a:6 at:18", "ldgwc at", [0, 1], (h, { a, at }) =>
    h.setDefined(a, "word", h.fetchKnown("word", h.global(at))),
  ),
  ldgdc: insn("00011101 a:6 at:18", "ldgdc at", [0, 1], (h, { a, at }) =>
    h.setDefined(a, "long", h.fetchKnown("long", h.global(at))),
  ),

  stlw: insn("00100000 a:6 at:18", "stlw at", [1, 0], (h, { a, at }) =>
    h.putKnown("word", h.local(at), h.e(a)),
  ),
  stlb: insn("00100001 a:6 at:18", "stlb at", [1, 0], (h, { a, at }) =>
    h.putKnown("byte", h.local(at), h.e(a)),
  ),
  stld: insn("00100010 a:6 at:18", "stld at", [1, 0], (h, { a, at }) =>
    h.putKnown("long", h.local(at), h.e(a)),
  ),
  stgw: insn("00100100 a:6 at:18", "stgw at", [1, 0], (h, { a, at }) =>
    h.putKnown("word", h.global(at), h.e(a)),
  ),
  stgb: insn("00100101 a:6 at:18", "stgb at", [1, 0], (h, { a, at }) =>
    h.putKnown("byte", h.global(at), h.e(a)),
  ),
  stgd: insn("00100110 a:6 at:18", "stgd at", [1, 0], (h, { a, at }) =>
    h.putKnown("long", h.global(at), h.e(a)),
  ),

  ldw: insn("00101000 a:6 imm:18", "ldw imm", [1, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("word", h.add(h.e(a), h.imm(imm)))),
  ),
  ldb: insn("00101001 a:6 imm:18", "ldb imm", [1, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("byte", h.add(h.e(a), h.imm(imm)))),
  ),
  ldd: insn("00101010 a:6 imm:18", "ldd imm", [1, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("long", h.add(h.e(a), h.imm(imm)))),
  ),
  ldwc: insn("00101011 a:6 imm:18", "ldwc imm", [1, 1], (h, { a, imm }) =>
    h.setDefined(a, "word", h.fetch("word", h.add(h.e(a), h.imm(imm)))),
  ),
  lddc: insn("00101100 a:6 imm:18", "lddc imm", [1, 1], (h, { a, imm }) =>
    h.setDefined(a, "long", h.fetch("long", h.add(h.e(a), h.imm(imm)))),
  ),

  // The address, then the value.
  stw: insn("00110000 a:6 b:6 disp:12", "stw disp", [2, 0], (h, { a, b, disp }) =>
    h.put("word", h.add(h.e(a), h.imm(disp)), h.e(b)),
  ),
  stb: insn("00110001 a:6 b:6 disp:12", "stb disp", [2, 0], (h, { a, b, disp }) =>
    h.put("byte", h.add(h.e(a), h.imm(disp)), h.e(b)),
  ),
  std: insn("00110010 a:6 b:6 disp:12", "std disp", [2, 0], (h, { a, b, disp }) =>
    h.put("long", h.add(h.e(a), h.imm(disp)), h.e(b)),
  ),

  // Where to, then where from; both stay on the stack.
  cpyw: insn("00110011 a:6 b:6 disp:12", "cpyw disp", [2, 2], (h, { a, b, disp }) =>
    h.put("word", h.add(h.e(a), h.imm(disp)), h.fetch("word", h.add(h.e(b), h.imm(disp)))),
  ),
  cpyd: insn("00110100 a:6 b:6 disp:12", "cpyd disp", [2, 2], (h, { a, b, disp }) =>
    h.put("long", h.add(h.e(a), h.imm(disp)), h.fetch("long", h.add(h.e(b), h.imm(disp)))),
  ),
  lac: insn("00110101 a:6 imm:18", "lac imm", [0, 1], (h, { a, imm }) => h.setE(a, h.constant(imm))),
  // Arguments of the call that follows, by their distance from the start of its frame.
  starg: insn("00111000 a:6 at:18", "starg at", [1, 0], (h, { a, at }) =>
    h.putKnown("word", h.argument(at), h.e(a)),
  ),
  stargd: insn("00111001 a:6 at:18", "stargd at", [1, 0], (h, { a, at }) =>
    h.putKnown("long", h.argument(at), h.e(a)),
  ),
  // Eight bytes of the frame become undefined.
  undef: insn("00111010 000000 at:18", "undef at", [0, 0], (h, { at }) =>
    h.putKnown("long", h.local(at), h.i64(UNDEFINED_LONG)),
  ),
};
