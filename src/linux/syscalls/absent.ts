/** System calls that Linux has on riscv64 and that are not here, by number: they fail with ENOSYS. */

export const absentCalls: Readonly<Record<number, string>> = {};
