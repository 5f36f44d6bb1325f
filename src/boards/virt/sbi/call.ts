/** What an SBI call is, and what it may do to the machine. SBI Specification 2.0, chapter 3. */

import type { Hart } from "../../../isa/riscv/hart.ts";

/** Error codes (chapter 3). */
export const SbiError = {
  success: 0n,
  failed: -1n,
  notSupported: -2n,
  invalidParameter: -3n,
  denied: -4n,
  invalidAddress: -5n,
  alreadyAvailable: -6n,
} as const;

/** What a call gives: an error, and a value. */
export interface SbiResult {
  readonly error: bigint;
  readonly value?: bigint;
}

/** What the calls do to the machine. */
export interface SbiMachine {
  readonly harts: readonly Hart[];
  /** RAM at a guest-physical address; undefined unless all of it is there. */
  memory(address: number, length: number): Uint8Array | undefined;
  writeConsole(bytes: Uint8Array): void;
  /** Ends the machine after this instruction. */
  stop(kind: "power-off" | "reset" | "fail"): void;
  /** Harts are stopped until another one starts them. */
  isStopped(hart: number): boolean;
  startHart(hart: number, address: bigint, opaque: bigint): void;
  stopHart(hart: number): void;
  probe(extension: number): boolean;
}

/** A call: the hart that makes it, and a0 to a5 unsigned. */
export interface SbiCall {
  readonly machine: SbiMachine;
  readonly hart: Hart;
  readonly args: readonly bigint[];
}

export type SbiFunction = (call: SbiCall) => SbiResult;

export interface SbiExtension {
  readonly id: number;
  readonly name: string;
  /** Functions by number. */
  readonly functions: Readonly<Record<number, SbiFunction>>;
}

/** The harts that a mask and its base name (section 3.2); a base of -1 means all. Undefined where one is not there. */
export function selectHarts({ machine }: SbiCall, mask: bigint, first: bigint): readonly Hart[] | undefined {
  if (BigInt.asIntN(64, first) === -1n) return machine.harts;
  const chosen: Hart[] = [];
  for (let bit = 0n; bit < 64n; bit++) {
    if (((mask >> bit) & 1n) === 0n) continue;
    const hart = machine.harts[Number(first + bit)];
    if (!hart) return undefined;
    chosen.push(hart);
  }
  return chosen;
}
