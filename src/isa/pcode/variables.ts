/** Loads, stores and addresses. docs/pcode.md, "Memory". */

import { insn } from "./insn.ts";
import { UNDEFINED_LONG } from "./state.ts";

export const variables = {
  lal: insn("00010000 a:6 imm:18", "lal imm", [0, 1], (h, { a, imm }) => h.setE(a, h.local(imm))),
  ldlw: insn("00010001 a:6 imm:18", "ldlw imm", [0, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("word", h.local(imm))),
  ),
  ldlb: insn("00010010 a:6 imm:18", "ldlb imm", [0, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("byte", h.local(imm))),
  ),
  ldld: insn("00010011 a:6 imm:18", "ldld imm", [0, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("long", h.local(imm))),
  ),
  ldlwc: insn("00010100 a:6 imm:18", "ldlwc imm", [0, 1], (h, { a, imm }) =>
    h.setDefined(a, "word", h.fetch("word", h.local(imm))),
  ),
  ldldc: insn("00010101 a:6 imm:18", "ldldc imm", [0, 1], (h, { a, imm }) =>
    h.setDefined(a, "long", h.fetch("long", h.local(imm))),
  ),

  lag: insn("00011000 a:6 imm:18", "lag imm", [0, 1], (h, { a, imm }) => h.setE(a, h.global(imm))),
  ldgw: insn("00011001 a:6 imm:18", "ldgw imm", [0, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("word", h.global(imm))),
  ),
  ldgb: insn("00011010 a:6 imm:18", "ldgb imm", [0, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("byte", h.global(imm))),
  ),
  ldgd: insn("00011011 a:6 imm:18", "ldgd imm", [0, 1], (h, { a, imm }) =>
    h.setE(a, h.fetch("long", h.global(imm))),
  ),
  ldgwc: insn("00011100 a:6 imm:18", "ldgwc imm", [0, 1], (h, { a, imm }) =>
    h.setDefined(a, "word", h.fetch("word", h.global(imm))),
  ),
  ldgdc: insn("00011101 a:6 imm:18", "ldgdc imm", [0, 1], (h, { a, imm }) =>
    h.setDefined(a, "long", h.fetch("long", h.global(imm))),
  ),

  stlw: insn("00100000 a:6 imm:18", "stlw imm", [1, 0], (h, { a, imm }) =>
    h.put("word", h.local(imm), h.e(a)),
  ),
  stlb: insn("00100001 a:6 imm:18", "stlb imm", [1, 0], (h, { a, imm }) =>
    h.put("byte", h.local(imm), h.e(a)),
  ),
  stld: insn("00100010 a:6 imm:18", "stld imm", [1, 0], (h, { a, imm }) =>
    h.put("long", h.local(imm), h.e(a)),
  ),
  stgw: insn("00100100 a:6 imm:18", "stgw imm", [1, 0], (h, { a, imm }) =>
    h.put("word", h.global(imm), h.e(a)),
  ),
  stgb: insn("00100101 a:6 imm:18", "stgb imm", [1, 0], (h, { a, imm }) =>
    h.put("byte", h.global(imm), h.e(a)),
  ),
  stgd: insn("00100110 a:6 imm:18", "stgd imm", [1, 0], (h, { a, imm }) =>
    h.put("long", h.global(imm), h.e(a)),
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
  starg: insn("00111000 a:6 imm:18", "starg imm", [1, 0], (h, { a, imm }) =>
    h.put("word", h.argument(imm), h.e(a)),
  ),
  stargd: insn("00111001 a:6 imm:18", "stargd imm", [1, 0], (h, { a, imm }) =>
    h.put("long", h.argument(imm), h.e(a)),
  ),
  // Eight bytes of the frame become undefined.
  undef: insn("00111010 000000 imm:18", "undef imm", [0, 0], (h, { imm }) =>
    h.put("long", h.local(imm), h.i64(UNDEFINED_LONG)),
  ),
};
