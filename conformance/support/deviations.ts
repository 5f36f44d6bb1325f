/**
 * Where QEMU 7.2 and the manual disagree, and Strata follows the manual. Each entry says which results differ; anything
 * else that differs is a failure. The golden tests also fail where an entry no longer applies.
 */

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
