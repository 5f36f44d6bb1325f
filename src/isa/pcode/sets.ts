/**
 * Sets of up to 64 elements are a 64-bit value on the stack, element n as bit n; larger ones, of up to 256, are 32 bytes of
 * memory, and on the stack their address. ISO 7185, section 6.7.2.4.
 */

import type { Operand, Value } from "../../engine/ir.ts";
import { insn } from "./insn.ts";
import { Cause } from "./state.ts";
import type { PcodeOps } from "./vocabulary.ts";

const bit = (h: PcodeOps, value: Value): Value => h.shl(h.i64(1n), value);

/** Changes eight bytes at `a` by the eight at `b`. */
function combine(
  h: PcodeOps,
  { a, b, disp }: { readonly a: Operand; readonly b: Operand; readonly disp: Operand },
  compute: (x: Value, y: Value) => Value,
): void {
  const to = h.add(h.e(a), h.imm(disp));
  const from = h.add(h.e(b), h.imm(disp));
  h.put("long", to, compute(h.fetch("long", to), h.fetch("long", from)));
}

/** Whether a set in memory may have an element. */
const isElement = (h: PcodeOps, value: Value): Value => h.ltU(value, h.i64(256n));

/** The address of the eight bytes of a set that an element is in. */
const longOf = (h: PcodeOps, set: Value, element: Value): Value =>
  h.add(set, h.and(h.shrU(element, h.i64(3n)), h.i64(24n)));

export const sets = {
  sgl: insn("10010000 a:6 000000000000000000", "sgl", [1, 1], (h, { a }) => {
    h.trapIf(h.eqz(h.ltU(h.e(a), h.i64(64n))), Cause.bounds, h.e(a));
    h.setE(a, bit(h, h.e(a)));
  }),
  // All from the first to the second; none where the second is less.
  rng: insn("10010001 a:6 b:6 000000000000", "rng", [2, 1], (h, { a, b }) => {
    const [low, high] = [h.e(a), h.e(b)];
    const isEmpty = h.ltS(high, low);
    const isOutside = h.or(h.geU(low, h.i64(64n)), h.geU(high, h.i64(64n)));
    h.trapIf(h.and(h.eqz(isEmpty), isOutside), Cause.bounds, high);
    const from = h.shl(h.i64(-1n), low);
    const to = h.shrU(h.i64(-1n), h.sub(h.i64(63n), high));
    h.setE(a, h.select(isEmpty, h.i64(0n), h.and(from, to)));
  }),
  uni: insn("10010010 a:6 b:6 000000000000", "uni", [2, 1], (h, { a, b }) => h.setE(a, h.or(h.e(a), h.e(b)))),
  int: insn("10010011 a:6 b:6 000000000000", "int", [2, 1], (h, { a, b }) =>
    h.setE(a, h.and(h.e(a), h.e(b))),
  ),
  dif: insn("10010100 a:6 b:6 000000000000", "dif", [2, 1], (h, { a, b }) =>
    h.setE(a, h.and(h.e(a), h.not(h.e(b)))),
  ),
  // The element, then the set.
  inn: insn("10010101 a:6 b:6 000000000000", "inn", [2, 1], (h, { a, b }) => {
    const isIn = h.and(h.wrap(h.shrU(h.e(b), h.e(a))), h.i32(1));
    h.setBool(a, h.and(isIn, h.ltU(h.e(a), h.i64(64n))));
  }),
  // Whether the first has nothing that the second lacks.
  leq: insn("10010110 a:6 b:6 000000000000", "leq", [2, 1], (h, { a, b }) =>
    h.setBool(a, h.eqz(h.and(h.e(a), h.not(h.e(b))))),
  ),

  // In memory: the eight bytes at a distance from both addresses, which stay on the stack.
  unim: insn("10011000 a:6 b:6 disp:12", "unim disp", [2, 2], (h, operands) =>
    combine(h, operands, (x, y) => h.or(x, y)),
  ),
  intm: insn("10011001 a:6 b:6 disp:12", "intm disp", [2, 2], (h, operands) =>
    combine(h, operands, (x, y) => h.and(x, y)),
  ),
  difm: insn("10011010 a:6 b:6 disp:12", "difm disp", [2, 2], (h, operands) =>
    combine(h, operands, (x, y) => h.and(x, h.not(y))),
  ),
  // The element, then the set's address.
  innm: insn("10011011 a:6 b:6 000000000000", "innm", [2, 1], (h, { a, b }) => {
    const element = h.e(a);
    const known = h.select(isElement(h, element), element, h.i64(0n));
    const bits = h.fetch("long", longOf(h, h.e(b), known));
    const isIn = h.and(h.wrap(h.shrU(bits, known)), h.i32(1));
    h.setBool(a, h.and(isIn, isElement(h, element)));
  }),
  // The set's address, then the element; the address stays.
  incl: insn("10011100 a:6 b:6 000000000000", "incl", [2, 1], (h, { a, b }) => {
    h.trapIf(h.eqz(isElement(h, h.e(b))), Cause.bounds, h.e(b));
    const at = longOf(h, h.e(a), h.e(b));
    h.put("long", at, h.or(h.fetch("long", at), bit(h, h.e(b))));
  }),
};
