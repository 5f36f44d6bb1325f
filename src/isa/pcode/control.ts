/** Jumps, procedures and services. docs/pcode.md, "Procedures". */

import type { Value } from "../../engine/ir.ts";
import { insn } from "./insn.ts";
import { DATA_BASE } from "./memory.ts";
import { Cause, Frame, fp, returned, sp, stackLimit } from "./state.ts";
import { type PcodeOps, service } from "./vocabulary.ts";

const at = (h: PcodeOps, frame: Value, distance: number): Value => h.add(frame, h.i64(BigInt(distance)));

/** Makes the frame that the caller has put arguments into the present one. */
function enterFrame(h: PcodeOps, returnAddress: Value, size: Value): void {
  const frame = h.readState(sp);
  const top = h.add(frame, size);
  h.trapIf(h.gtU(top, h.readState(stackLimit)), Cause.stackOverflow);
  h.putKnown("word", at(h, frame, Frame.dynamicLink), h.readState(fp));
  h.putKnown("word", at(h, frame, Frame.returnAddress), returnAddress);
  h.putKnown("word", at(h, frame, Frame.top), top);
  h.writeState(fp, frame);
  h.writeState(sp, top);
}

/** A program may write over its frames: where it says that one is must be in the stack, or before it among the globals. */
function requireInStack(h: PcodeOps, frame: Value): void {
  const data = h.i64(BigInt(DATA_BASE));
  const isOutside = h.gtU(h.sub(frame, data), h.sub(h.readState(stackLimit), data));
  h.trapIf(isOutside, Cause.memory, frame);
}

export const control = {
  jmp: insn("10110000 000000 to[19:2]", "jmp to", [0, 0], (h, { to }) => h.jumpRelative(to)),
  jz: insn("10110001 a:6 to[19:2]", "jz to", [1, 0], (h, { a, to }) =>
    h.if(h.eqz(h.e(a)), () => h.jumpRelative(to)),
  ),
  jnz: insn("10110010 a:6 to[19:2]", "jnz to", [1, 0], (h, { a, to }) =>
    h.if(h.ne(h.e(a), h.i64(0n)), () => h.jumpRelative(to)),
  ),
  // Goes to the e[a]-th of the imm jumps that follow, or to the one after them.
  jtab: insn("10110011 a:6 imm:18", "jtab imm", [1, 0], (h, { a, imm }) => {
    const index = h.select(h.ltU(h.e(a), h.imm(imm)), h.e(a), h.imm(imm));
    h.jump(h.add(h.nextPc(), h.shl(index, h.i64(2n))));
  }),
  stop: insn("10110100 000000000000000000000000", "stop", [0, 0], (h) => h.trap(0, h.i64(0n))),

  // The caller's stack must be empty: the callee uses it from the bottom.
  call: insn("11000000 a:6 to[19:2]", "call to", [0, 0], (h, { a, to }) => {
    h.setE(a, h.nextPc());
    h.jumpRelative(to);
  }),
  calli: insn("11000001 a:6 000000000000000000", "calli", [1, 0], (h, { a }) => {
    const target = h.and(h.e(a), h.i64(0xffff_fffcn));
    h.setE(a, h.nextPc());
    h.jump(target);
  }),
  // Where a procedure begins: the first half of a procedural parameter.
  ldp: insn("11000010 a:6 to[19:2]", "ldp to", [0, 1], (h, { a, to }) => h.setE(a, h.add(h.pc(), h.imm(to)))),
  // The first instruction of a procedure finds the return address on the stack.
  enter: insn("11000011 a:6 imm:18", "enter imm", [1, 0], (h, { a, imm }) =>
    enterFrame(h, h.e(a), h.and(h.imm(imm), h.i64(0x3ffffn))),
  ),
  enterx: insn("11000100 a:6 b:6 000000000000", "enterx", [2, 0], (h, { a, b }) => {
    h.trapIf(h.gtU(h.e(b), h.i64(0x7fff_ffffn)), Cause.stackOverflow);
    enterFrame(h, h.e(a), h.e(b));
  }),
  leave: insn("11000101 a:6 000000000000000000", "leave", [0, 1], (h, { a }) => {
    const frame = h.readState(fp);
    const caller = h.ownLink(Frame.dynamicLink);
    requireInStack(h, caller);
    h.setE(a, h.ownLink(Frame.returnAddress));
    h.writeState(fp, caller);
    h.writeState(sp, frame);
  }),
  ret: insn("11000110 a:6 000000000000000000", "ret", [1, 0], (h, { a }) =>
    h.jump(h.and(h.e(a), h.i64(0xffff_fffcn))),
  ),
  setres: insn("11000111 a:6 000000000000000000", "setres", [1, 0], (h, { a }) =>
    h.writeState(returned, h.e(a)),
  ),
  getres: insn("11001000 a:6 000000000000000000", "getres", [0, 1], (h, { a }) =>
    h.setE(a, h.readState(returned)),
  ),
  frame: insn("11001001 a:6 000000000000000000", "frame", [0, 1], (h, { a }) => h.setE(a, h.readState(fp))),
  // From a frame to that of the procedure around it.
  up: insn("11001010 a:6 000000000000000000", "up", [1, 1], (h, { a }) =>
    h.setE(a, h.link(h.e(a), Frame.staticLink)),
  ),
  // Gives up all frames above one, for a goto out of them.
  unwind: insn("11001011 a:6 000000000000000000", "unwind", [1, 0], (h, { a }) => {
    const [frame, top] = [h.e(a), h.link(h.e(a), Frame.top)];
    requireInStack(h, frame);
    requireInStack(h, top);
    h.writeState(sp, top);
    h.writeState(fp, frame);
  }),
  // So many bytes at the frame's end, a multiple of eight: their address.
  alloc: insn("11001100 a:6 000000000000000000", "alloc", [1, 1], (h, { a }) => {
    const size = h.e(a);
    h.trapIf(h.gtU(size, h.i64(0x7fff_fff8n)), Cause.stackOverflow);
    const place = h.readState(sp);
    const top = h.add(place, size);
    h.trapIf(h.gtU(top, h.readState(stackLimit)), Cause.stackOverflow);
    h.putKnown("word", at(h, h.readState(fp), Frame.top), top);
    h.writeState(sp, top);
    h.setE(a, place);
  }),

  // What it takes and gives is in the table of services.
  svc: insn("11010000 base:6 imm:18", "svc imm", [0, 0], (h, { base, imm }) =>
    h.callEffect(service, h.imm32(imm), h.imm32(base)),
  ),
};
