/** Bit arithmetic on numbers and bigints. */

/** The low `width` bits of `value` as a signed number; width 1 to 32. */
export function signExtend(value: number, width: number): number {
  return (value << (32 - width)) >> (32 - width);
}

/** `value` rounded up to a multiple of `unit`, a power of two. */
export function alignUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** The low 64 bits of `value`, unsigned. */
export function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** The low 64 bits of `value`, signed. */
export function s64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** `value` in hexadecimal with the prefix 0x, negative numbers as unsigned 64-bit. */
export function hex(value: number | bigint, digits = 1): string {
  const big = typeof value === "bigint" ? value : BigInt(value);
  return `0x${u64(big).toString(16).padStart(digits, "0")}`;
}
