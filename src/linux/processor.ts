/**
 * What the Linux ABI needs of a processor: user mode and nothing else. `arch/` has one for each instruction set, and is all
 * that knows one. Registers of the task that runs are in the processor; those of the others are kept as they were saved.
 */

import type { TranslationCounts } from "../engine/region/translator.ts";

/** Kinds of access, as the bits of PROT_* (mmap(2)) that allow them. */
export const Access = { read: 1, write: 2, execute: 4 } as const;
export type Access = (typeof Access)[keyof typeof Access];

/** Why a program stopped in the middle of its instructions. */
export type Trap =
  | { readonly kind: "system-call" }
  | { readonly kind: "page-fault"; readonly address: number; readonly access: Access }
  | { readonly kind: "misaligned"; readonly address: number }
  | { readonly kind: "illegal-instruction" }
  | { readonly kind: "breakpoint" };

/** What a processor asks for while it runs. */
export interface ProcessorPorts {
  /** The offset in RAM of what an address means, or -1 for a page fault. Nothing may change where it `peeks`. */
  translate(address: number, access: Access, peeks: boolean): number;
  /** Comes between two instructions; `pc` is at the one that trapped. */
  trap(trap: Trap): void;
}

/** The registers of a task that does not run. */
export interface SavedRegisters {
  copy(): SavedRegisters;
  /** For a new task: its system call is done. Its stack and its thread pointer. */
  finishCall(result: number): void;
  setStack(address: number): void;
  setThreadPointer(address: number): void;
}

/** What a signal handler finds (sigaction(2), siginfo_t). */
export interface SignalFrame {
  readonly signal: number;
  /** The whole siginfo_t. */
  readonly info: Uint8Array;
  /** The signals that were blocked before: signal n is bit n-1. */
  readonly mask: bigint;
  readonly alternateStack: { readonly base: number; readonly flags: number; readonly size: number };
  readonly handler: number;
  /** The code that calls rt_sigreturn. */
  readonly trampoline: number;
  /** Where the stack of the handler begins; the interrupted one's if undefined. */
  readonly stack: number | undefined;
}

/** What rt_sigreturn takes back from a frame, beside the registers. */
export interface ReturnedFrame {
  readonly mask: bigint;
  readonly alternateStack: { readonly base: number; readonly flags: number; readonly size: number };
}

/** How a frame reaches the guest's memory; false or undefined where it cannot. */
export interface FrameMemory {
  write(address: number, bytes: Uint8Array): boolean;
  read(address: number, length: number): Uint8Array | undefined;
}

export interface Processor {
  /** All memory there is, in pages ("frames") that the address spaces share out. */
  readonly ram: Uint8Array;

  /** Runs at most `budget` steps of the task whose registers are loaded; returns how many it made. */
  run(budget: number): number;
  /** What was translated so far; undefined where nothing is. */
  readonly translations: TranslationCounts | undefined;
  /** Ends the present `run` after the instruction that the processor is in. */
  pause(): void;

  save(): SavedRegisters;
  load(registers: SavedRegisters): void;
  /** The registers of a program that begins. */
  start(pc: number, stack: number): void;

  readonly pc: number;
  readonly stack: number;
  /** The number of the system call at `pc`. */
  readonly callNumber: number;
  /** Argument 0 to 5 of a system call, in halves of 32 bits. */
  argumentLow(index: number): number;
  argumentHigh(index: number): number;
  /** The system call at `pc` is done. */
  finishCall(result: number): void;
  /** The system call that was finished is to be made once more: with its first argument, which the result replaced. */
  repeatCall(firstLow: number, firstHigh: number): void;

  /** Builds a frame on the guest's stack and goes to the handler; false where the stack cannot hold it. */
  enterHandler(frame: SignalFrame, memory: FrameMemory): boolean;
  /** Takes the registers back from the frame on the stack; undefined where it is no frame. */
  leaveHandler(memory: FrameMemory): ReturnedFrame | undefined;

  /** Addresses mean something else than before: all of them, or those of one page. */
  flush(): void;
  flushPage(address: number): void;
  /** How many pages at the beginning of `ram` are the flat window's; none where there is none. */
  readonly flatPages: number;
  /** Whether addresses in the window's range are reached in it, from now on. */
  setFlat(isFlat: boolean): void;
  /** RAM was written other than by the program. */
  written(offset: number, length: number): void;
}

/** What programs see of the kind of processor. */
export interface Architecture {
  /** uname(2). */
  readonly name: string;
  /** e_machine of its programs. */
  readonly elfMachine: number;
  /** AT_HWCAP (getauxval(3)). */
  readonly hardwareCapabilities: number;
  /** Code that calls rt_sigreturn. */
  readonly trampoline: Uint8Array;
  /** The last lines of /proc/cpuinfo for one processor. */
  readonly cpuInfo: string;
}
