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

const isAmo = ({ label }: LogRecord): boolean => /\bAMO|amo[a-z]+\.[wd]/.test(label);
/** SGEIP, VSEIP, VSTIP and VSSIP. */
const HYPERVISOR_INTERRUPTS = 0x1444n | 0x2000n;
const MPRV = 0x20000n;

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
      "QEMU 7.2 reports a misaligned or failing AMO as a load; volume II, section 3.1.15: AMOs raise store/AMO exceptions.",
    explains: ({ record, field, qemu, strata }) =>
      isAmo(record) && field === "cause" && strata === qemu + 2n && (qemu === 4n || qemu === 5n),
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
