/**
 * The supervisor binary interface, at machine level: what a kernel may ask of the machine by ECALL.
 * RISC-V Supervisor Binary Interface Specification 2.0; each extension is a table of its functions.
 */

import type { Hart } from "../../../isa/riscv/hart.ts";
import { base } from "./base.ts";
import { SbiError, type SbiMachine } from "./call.ts";
import { debugConsole } from "./debug-console.ts";
import { hartState } from "./hart-state.ts";
import { ipi } from "./ipi.ts";
import { legacy } from "./legacy.ts";
import { remoteFence } from "./remote-fence.ts";
import { systemReset } from "./system-reset.ts";
import { timer } from "./timer.ts";

const extensions = new Map(
  [base, timer, ipi, remoteFence, hartState, systemReset, debugConsole].map((extension) => [
    extension.id,
    extension,
  ]),
);

/** Whether an extension is there. */
export function hasExtension(id: number): boolean {
  return extensions.has(id) || id in legacy;
}

const A0 = 10;
const A1 = 11;
const A6 = 16;
const A7 = 17;

/** Does the call that a hart's registers describe: a7 the extension, a6 the function; a0 and a1 become the result. */
export function callSbi(machine: SbiMachine, hart: Hart): void {
  const id = Number(BigInt.asUintN(32, hart.getX(A7)));
  const args = Array.from({ length: 6 }, (_, index) => hart.getX(A0 + index));
  const call = { machine, hart, args };
  const old = legacy[id];
  if (old) {
    hart.setX(A0, old(call));
    return;
  }
  const implementation = extensions.get(id)?.functions[Number(BigInt.asUintN(32, hart.getX(A6)))];
  const { error, value = 0n } = implementation?.(call) ?? { error: SbiError.notSupported };
  hart.setX(A0, error);
  hart.setX(A1, value);
}
