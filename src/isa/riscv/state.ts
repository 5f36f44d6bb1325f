/**
 * The state of a RISC-V hart: where each register and CSR lies. The RISC-V Instruction Set Manual, volume I, chapter 2
 * and volume II, chapter 2.
 */

import { StateLayout } from "../../engine/state-layout.ts";

export const layout = new StateLayout();

const integerNames =
  "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6".split(
    " ",
  );
const floatNames =
  "ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11".split(
    " ",
  );

/** x0 to x31. */
export const x = layout.registers("x", integerNames, true);
/** f0 to f31; a single-precision number is NaN-boxed: its upper 32 bits are ones. */
export const f = layout.registers("f", floatNames, false, "f64");

/** frm and fflags together, as the CSR fcsr has them. */
export const fcsr = layout.slot("fcsr", "i32");
/**
 * Eight bytes indexed by an instruction's rounding mode, each an `FpFast`: what the host's arithmetic, which rounds to
 * nearest and raises nothing, may be used for. Eight more for rounding towards zero.
 */
export const fpFast = layout.slot("fpFast", "u8", 16);
export const FpFast = {
  /** Another mode is in force, or a reserved one. */
  never: 0,
  /** Inexact has been raised already. The only odd one: handlers test the lowest bit. */
  rounds: 1,
  /** Inexact has not been raised: for results that are exact. */
  exactOnly: 2,
} as const;

/**
 * For each rounding mode of an instruction, where the host may round: what a result's bits, shifted left by one and lowered
 * by those of the second exponent, must be less than so that it raised nothing but inexact; and what the magnitude of a
 * sum must be less than, as the bits of an f64. Zero where the host may not.
 */
export const ordinaryLimit = layout.slot("ordinaryLimit", "i64", 8);
export const sumLimit = layout.slot("sumLimit", "i64", 8);
export const ORDINARY_LIMIT = 0x7fdn << 53n;
export const SUM_LIMIT = 0x7ffn << 52n;

/** The address of the last load-reserved, or -1, and the value that it read. */
export const reservation = layout.slot("reservation", "i64");
export const reservedValue = layout.slot("reservedValue", "i64");

/** The value that a CSR instruction hands to its helper. */
export const csrOperand = layout.slot("csrOperand", "i64");

/** 0 user, 1 supervisor, 3 machine. */
export const privilege = layout.slot("privilege", "i32");
/** 1 after WFI until an interrupt is pending. */
export const waiting = layout.slot("waiting", "i32");
/** Instructions and traps since power-on, as a 64-bit float up to the last return from the interpreter; and traps. */
export const steps = layout.slot("steps", "i64");
export const traps = layout.slot("traps", "i64");
/** Of the traps: interrupts, and system calls (ECALL in user mode). */
export const interruptTraps = layout.slot("interruptTraps", "i64");
export const callTraps = layout.slot("callTraps", "i64");
/** Interrupts that devices and the timer hold up, as bits of mip. */
export const wires = layout.slot("wires", "i32");

/** CSRs that are plain storage. Views and shadows such as sstatus share them. */
export const csr = {
  mstatus: layout.slot("mstatus", "i64"),
  mip: layout.slot("mip", "i64"),
  mie: layout.slot("mie", "i64"),
  medeleg: layout.slot("medeleg", "i64"),
  mideleg: layout.slot("mideleg", "i64"),
  mtvec: layout.slot("mtvec", "i64"),
  mepc: layout.slot("mepc", "i64"),
  mcause: layout.slot("mcause", "i64"),
  mtval: layout.slot("mtval", "i64"),
  mscratch: layout.slot("mscratch", "i64"),
  mcounteren: layout.slot("mcounteren", "i64"),
  mcountinhibit: layout.slot("mcountinhibit", "i64"),
  menvcfg: layout.slot("menvcfg", "i64"),
  stvec: layout.slot("stvec", "i64"),
  sepc: layout.slot("sepc", "i64"),
  scause: layout.slot("scause", "i64"),
  stval: layout.slot("stval", "i64"),
  sscratch: layout.slot("sscratch", "i64"),
  scounteren: layout.slot("scounteren", "i64"),
  senvcfg: layout.slot("senvcfg", "i64"),
  stimecmp: layout.slot("stimecmp", "i64"),
  satp: layout.slot("satp", "i64"),
  /** What writing mcycle and minstret added to the counts. */
  cycleOffset: layout.slot("cycleOffset", "i64"),
  instretOffset: layout.slot("instretOffset", "i64"),
  pmpcfg: layout.slot("pmpcfg", "u8", 64),
  pmpaddr: layout.slot("pmpaddr", "i64", 64),
} as const;

/** Fields of mstatus, as masks of its low word (volume II, section 3.1.6). */
export const Mstatus = {
  SIE: 1 << 1,
  MIE: 1 << 3,
  SPIE: 1 << 5,
  UBE: 1 << 6,
  MPIE: 1 << 7,
  SPP: 1 << 8,
  MPP: 3 << 11,
  FS: 3 << 13,
  MPRV: 1 << 17,
  SUM: 1 << 18,
  MXR: 1 << 19,
  TVM: 1 << 20,
  TW: 1 << 21,
  TSR: 1 << 22,
} as const;

export const Privilege = { user: 0, supervisor: 1, machine: 3 } as const;

/** Exception codes (volume II, table 14). */
export const Cause = {
  fetchMisaligned: 0,
  fetchAccess: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccess: 5,
  storeMisaligned: 6,
  storeAccess: 7,
  ecallFromUser: 8,
  fetchPageFault: 12,
  loadPageFault: 13,
  storePageFault: 15,
} as const;

/** Interrupts, as masks of mip and mie. */
export const Interrupt = {
  SSIP: 1 << 1,
  MSIP: 1 << 3,
  STIP: 1 << 5,
  MTIP: 1 << 7,
  SEIP: 1 << 9,
  MEIP: 1 << 11,
} as const;
