/** The state of the p-machine: the expression stack and the registers that hold its frames. docs/pcode.md, "State". */

import { StateLayout } from "../../engine/state-layout.ts";

export const layout = new StateLayout();

/** Entries of the expression stack; no instruction may need more. */
export const STACK_ENTRIES = 64;

/** e0 to e63. An integer is sign-extended to 64 bits, a real is the bits of its f64. */
export const e = layout.registers(
  "e",
  Array.from({ length: STACK_ENTRIES }, (_, index) => `e${index}`),
  false,
);

/** The frame of the procedure that runs, and the first byte after it. */
export const fp = layout.slot("fp", "i64");
export const sp = layout.slot("sp", "i64");
/** The stack may not grow past this. */
export const stackLimit = layout.slot("stackLimit", "i64");
/** What a function gave back. */
export const returned = layout.slot("returned", "i64");

/** Distances from the start of a frame. */
export const Frame = {
  /** The frame of the procedure that this one is declared in. */
  staticLink: 0,
  /** The frame of the caller. */
  dynamicLink: 4,
  returnAddress: 8,
  /** `sp`, for those that come back to this frame by a goto. */
  top: 12,
  /** Where parameters begin. */
  size: 16,
} as const;

/** Why the machine stops. The value of a trap says more: see `trapText`. */
export const Cause = {
  memory: 1,
  stackOverflow: 2,
  integerOverflow: 3,
  divisionByZero: 4,
  modNotPositive: 5,
  realOverflow: 6,
  realDivisionByZero: 7,
  /** A value is out of its bounds. */
  bounds: 8,
  nilPointer: 9,
  undefinedValue: 10,
  conversion: 11,
  /** `trap` was executed, or a service found an error; the value is its number. */
  error: 12,
  illegal: 13,
  negativeRoot: 14,
  /** A debugger wants the machine to stop here. */
  breakpoint: 15,
} as const;

/** What a word that was never given a value holds: no integer of Pascal, whose smallest is -maxint. */
export const UNDEFINED_WORD = -0x8000_0000;
/** The same of eight bytes. */
export const UNDEFINED_LONG = BigInt.asIntN(64, 0x8000_0000_8000_0000n);
export const MAXINT = 0x7fff_ffff;
