/**
 * The frame that a signal handler finds on its stack: struct rt_sigframe of linux/arch/riscv/kernel/signal.c.
 *
 *      0  siginfo_t info
 *    128  struct ucontext: uc_flags, uc_link
 *    144    uc_stack: ss_sp, ss_flags, ss_size
 *    168    uc_sigmask, 8 bytes of 128
 *    304    uc_mcontext: pc, x1 to x31
 *    560      f0 to f31, fcsr; up to 528 bytes, the size of the quadruple-precision state
 */

import { viewOf } from "../../base/bytes.ts";
import type { Hart } from "../../isa/riscv/hart.ts";
import { fcsr } from "../../isa/riscv/state.ts";
import type { ReturnedFrame, SignalFrame } from "../processor.ts";

export const SIGNAL_FRAME_BYTES = 1088;

const At = { stack: 144, mask: 168, registers: 304, floats: 560, fcsr: 816 } as const;

export function writeSignalFrame(hart: Hart, { info, mask, alternateStack }: SignalFrame): Uint8Array {
  const frame = new Uint8Array(SIGNAL_FRAME_BYTES);
  const view = viewOf(frame);
  frame.set(info);
  view.setBigUint64(At.stack, BigInt(alternateStack.base), true);
  view.setInt32(At.stack + 8, alternateStack.flags, true);
  view.setBigUint64(At.stack + 16, BigInt(alternateStack.size), true);
  view.setBigUint64(At.mask, mask, true);
  view.setBigUint64(At.registers, hart.pc, true);
  for (let index = 0; index < 32; index++) {
    if (index > 0) view.setBigUint64(At.registers + 8 * index, hart.getX(index), true);
    view.setBigUint64(At.floats + 8 * index, hart.getF(index), true);
  }
  view.setInt32(At.fcsr, hart.memory.get(fcsr), true);
  return frame;
}

export function readSignalFrame(hart: Hart, frame: Uint8Array): ReturnedFrame {
  const view = viewOf(frame);
  hart.pc = view.getBigUint64(At.registers, true) & ~1n;
  for (let index = 0; index < 32; index++) {
    hart.setX(index, view.getBigInt64(At.registers + 8 * index, true));
    hart.setF(index, view.getBigInt64(At.floats + 8 * index, true));
  }
  hart.fpu.setFcsr(view.getInt32(At.fcsr, true));
  return {
    mask: view.getBigUint64(At.mask, true),
    alternateStack: {
      base: Number(view.getBigUint64(At.stack, true)),
      flags: view.getInt32(At.stack + 8, true),
      size: Number(view.getBigUint64(At.stack + 16, true)),
    },
  };
}
