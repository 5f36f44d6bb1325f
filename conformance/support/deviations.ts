/**
 * Where QEMU 7.2 and the manual disagree, and Strata follows the manual. Each entry says which results differ; anything
 * else that differs is a failure. The golden tests also fail where an entry no longer applies.
 */

import type { LogRecord } from "./scenario.ts";

export interface Deviation {
  /** The name of the program. */
  readonly program: string;
  readonly reason: string;
  /** Whether a differing result is explained: eight bytes as QEMU has them and as Strata has them. */
  readonly explains: (qemu: bigint, strata: bigint, text: string) => boolean;
}

export const deviations: readonly Deviation[] = [
  {
    program: "ctzw",
    reason:
      "QEMU 7.2 counts the trailing zeros of all 64 bits where the low word is zero; volume I, section 30.2 " +
      "(ctz with suffix w): the result is then 32.",
    explains: (qemu, strata) => strata === 32n && qemu > 32n,
  },
];

/** A field of a record in which two logs differ. */
export interface LogDifference {
  readonly program: string;
  readonly record: LogRecord;
  readonly actual: LogRecord;
  readonly field: string;
  readonly qemu: bigint;
  readonly strata: bigint;
}

export interface SystemDeviation {
  readonly reason: string;
  readonly explains: (difference: LogDifference) => boolean;
}

const SSI = (1n << 63n) | 1n;
const STI = (1n << 63n) | 5n;
const SEI = (1n << 63n) | 9n;
const isAmo = ({ label }: LogRecord): boolean => /\bamo\b|amo[a-z]+\.[wd]|0x0600202f/i.test(label);
/** SGEIP, VSEIP, VSTIP and VSSIP. */
const HYPERVISOR_INTERRUPTS = 0x1444n | 0x2000n;
const MPRV = 0x20000n;
/** Status fields of extensions that are not there: MPV, GVA and VS; SD where VS is dirty; and UXL and SXL. */
const STATUS_FIELDS = 0xcf_0000_0600n;
const VS = 0x600n;
const SD = 1n << 63n;
const MPP = 0x1800n;
/** ECALL from VS (10) and from M (11), and the hypervisor's page faults (20 to 23). */
const HYPERVISOR_EXCEPTIONS = 0xf00c00n;

export const systemDeviations: readonly SystemDeviation[] = [
  {
    reason:
      "QEMU 7.2 leaves 0 in mtval on EBREAK, Strata the address of the instruction; both are allowed " +
      "(volume II, section 3.1.16).",
    explains: ({ record, field, qemu, strata }) =>
      field === "tval" && record.fields.cause === 3n && qemu === 0n && strata === record.fields.epc,
  },
  {
    reason:
      "QEMU 7.2 keeps VS, MPV and GVA writable without the V and H extensions, and has UXL and SXL writable; here they " +
      "are read-only (volume II, sections 3.1.6.2, 3.1.6.6 and 18.4.1).",
    explains: ({ record, field, qemu, strata }) => {
      const isStatus = field === "a0" && /\b[ms]status after/.test(record.label);
      const sd = (qemu & VS) === VS ? SD : 0n;
      const mpp = (qemu & MPP) === 0x1000n ? MPP : 0n;
      return isStatus && ((qemu ^ strata) & ~(STATUS_FIELDS | sd | mpp)) === 0n;
    },
  },
  {
    reason:
      "QEMU 7.2 lets exceptions be delegated that cannot happen in less privileged modes here; volume II, section 3.1.8: " +
      "such bits of medeleg are read-only zero.",
    explains: ({ record, field, qemu, strata }) =>
      field === "a0" &&
      /\bmedeleg after/.test(record.label) &&
      ((qemu ^ strata) & ~HYPERVISOR_EXCEPTIONS) === 0n,
  },
  {
    reason:
      "A write of a reserved mode to mtvec or stvec leaves the register as it was in QEMU 7.2, and clears the upper bit " +
      "of the mode here; WARL allows both (volume II, section 3.1.7).",
    explains: ({ record, field, qemu, strata }) =>
      field === "a0" &&
      /^[ms]tvec after/.test(record.label) &&
      qemu >> 12n === 0x80000n &&
      (strata & 2n) === 0n,
  },
  {
    reason:
      "QEMU 7.2 keeps the bits of Svpbmt, Zicbom and Zicboz in menvcfg and senvcfg; without those extensions they are " +
      "read-only zero (volume II, sections 3.1.18 and 12.1.10).",
    explains: ({ record, field, qemu, strata }) =>
      field === "a0" &&
      /^[ms]envcfg after/.test(record.label) &&
      ((qemu ^ strata) & ~0x40000000000000f0n) === 0n,
  },
  {
    reason: "QEMU 7.2 keeps 64 bits of pmpaddr; volume II, section 3.7.1: the upper ten are zero.",
    explains: ({ record, field, qemu, strata }) =>
      field === "a0" && record.label.startsWith("pmpaddr") && BigInt.asUintN(54, qemu) === strata,
  },
  {
    reason:
      "QEMU 7.2 takes the interrupt with the lowest number; volume II, section 3.1.9: the order is SEI, SSI, STI.",
    explains: ({ record, actual, field, qemu, strata }) =>
      ((record.fields.cause === STI || record.fields.cause === SSI) &&
        actual.fields.cause === SEI &&
        (field === "cause" || field === "a0")) ||
      // What the vectors put into a0 is in the record of the ECALL after it, too.
      (field === "a0" && (qemu === 0x701n || qemu === 0x705n) && strata === 0x709n),
  },
  {
    reason:
      "QEMU 7.2 keeps W without R, and bits 5 and 6, in pmpcfg; volume II, section 3.7.1: reserved, WARL. Here W is " +
      "dropped and the bits are zero.",
    explains: ({ record, field, qemu, strata }) => {
      if (field !== "a0" || !record.label.startsWith("pmpcfg0 after")) return false;
      const config = qemu & ~0x60n;
      return strata === ((config & 3n) === 2n ? config & ~2n : config);
    },
  },
  {
    reason:
      "QEMU 7.2 walks for the load of an AMO first and sets A though the page cannot be written; volume II, section " +
      "12.3.1 allows A to be set speculatively.",
    explains: ({ program, field, qemu, strata }) =>
      program === "permissions-amo" && field === "a0" && qemu === (strata | 0x40n),
  },
  {
    reason:
      "QEMU 7.2 raises a page fault where a page table lies beyond memory; volume II, section 12.3.2, step 2: an access fault.",
    explains: ({ record, field, qemu, strata }) =>
      field === "cause" &&
      record.label.startsWith("table beyond memory") &&
      [0x5_0dn, 0x7_0fn, 0x1_0cn].includes((strata << 8n) | qemu),
  },
  {
    reason:
      "QEMU 7.2 lets supervisor mode execute a page of the user where a load with SUM has entered it in the TLB; " +
      "volume II, section 12.1.1.2: never, whatever SUM is.",
    explains: ({ program, record, actual }) =>
      program === "changes" &&
      /fetch with [4c]0000/.test(record.label) &&
      record.fields.cause === 9n &&
      actual.fields.cause === 12n,
  },
  {
    reason:
      "QEMU 7.2 keeps bit 0 of mepc and sepc; volume II, sections 3.1.14 and 12.1.7: it is always zero.",
    explains: ({ record, field, qemu, strata }) =>
      field === "a0" && /^[ms]epc after/.test(record.label) && qemu === (strata | 1n),
  },
  {
    reason:
      "QEMU 7.2 keeps 64 bits of mcounteren, scounteren and mcountinhibit; volume II, sections 3.1.11 and 12.1.5: they " +
      "have 32. mcountinhibit is read-only zero here, as section 3.1.12 allows.",
    explains: ({ record, field, qemu, strata }) =>
      field === "a0" &&
      ((/^[ms]counteren after/.test(record.label) && BigInt.asUintN(32, qemu) === strata) ||
        (record.label.startsWith("mcountinhibit after") && strata === 0n)),
  },
  {
    reason:
      "QEMU 7.2 reports a misaligned or failing AMO as a load; volume II, section 3.1.15: AMOs raise store/AMO exceptions.",
    explains: ({ record, field, qemu, strata }) =>
      isAmo(record) && field === "cause" && strata === qemu + 2n && [4n, 5n, 13n].includes(qemu),
  },
  {
    reason:
      "QEMU 7.2 gives the aligned address in mtval where a misaligned load meets no memory; volume II, section 3.1.16: " +
      "the address of the access.",
    explains: ({ record, field, qemu, strata }) =>
      field === "tval" && record.fields.cause === 5n && qemu === (strata & ~7n),
  },
  {
    reason:
      "QEMU 7.2 keeps MPRV on MRET and SRET to a less privileged mode; volume II, section 3.1.6.3: it is cleared.",
    explains: ({ field, qemu, strata }) => field === "status" && qemu === (strata | MPRV),
  },
  {
    reason:
      "QEMU 7.2 keeps the hypervisor's bits of the interrupt CSRs writable without the H extension; volume II, " +
      "section 3.1.9: bits of interrupts that are not there are read-only zero.",
    explains: ({ record, field, qemu, strata }) =>
      /\b(mie|sie|mip|sip|mideleg)\b/.test(record.label) &&
      field === "a0" &&
      ((qemu ^ strata) & ~HYPERVISOR_INTERRUPTS) === 0n,
  },
];
