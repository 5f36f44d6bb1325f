/** What the bits of a value can be, from the operations that it comes from, a few steps deep. */

import type { Value } from "../ir.ts";
import { isComparison } from "./assumptions.ts";

const DEPTH = 4;

const loadBits = new Map([
  ["i64.load8_u", 8],
  ["i64.load16_u", 16],
  ["i64.load32_u", 32],
]);
const signedLoadBits = new Map([
  ["i64.load8_s", 8],
  ["i64.load16_s", 16],
  ["i64.load32_s", 32],
]);

/** A number of low bits outside of which the value is zero; 64 where nothing is known. */
export function unsignedBits(value: Value, depth = DEPTH): number {
  if (value.kind === "const") return constantBits(value.value, value.type);
  if (value.kind === "load") return loadBits.get(value.access.op) ?? 64;
  if (value.kind === "readState") return value.slot.type === "u8" ? 8 : value.type === "i32" ? 32 : 64;
  if (value.kind !== "pure" || depth === 0) return value.type === "i32" ? 32 : 64;
  const [a, b] = value.args;
  if (isComparison(value.op)) return 1;
  if (!a) return 64;
  switch (value.op) {
    case "i64.extend_i32_u":
      return unsignedBits(a, depth - 1);
    case "i32.wrap_i64":
      return Math.min(32, unsignedBits(a, depth - 1));
    case "i32.and":
    case "i64.and":
      return b ? Math.min(unsignedBits(a, depth - 1), unsignedBits(b, depth - 1)) : 64;
    case "i32.or":
    case "i64.or":
    case "i32.xor":
    case "i64.xor":
      return b ? Math.max(unsignedBits(a, depth - 1), unsignedBits(b, depth - 1)) : 64;
    case "i64.shr_u":
      return b?.kind === "const" ? Math.max(0, unsignedBits(a, depth - 1) - (Number(b.value) & 63)) : 64;
    case "i32.shr_u":
      return b?.kind === "const" ? Math.max(0, unsignedBits(a, depth - 1) - (Number(b.value) & 31)) : 32;
    default:
      return value.type === "i32" ? 32 : 64;
  }
}

function constantBits(value: number | bigint, type: Value["type"]): number {
  if (type !== "i32" && type !== "i64") return 64;
  if (type === "i32") return 32 - Math.clz32(Number(value));
  return value < 0n ? 64 : value === 0n ? 0 : BigInt(value).toString(2).length;
}

/** Whether an i64 is its own low `bits` sign-extended. */
export function isSignExtended(value: Value, bits: 8 | 16 | 32, depth = DEPTH): boolean {
  if (value.kind === "const") return BigInt.asIntN(bits, BigInt(value.value)) === value.value;
  if (value.kind === "load" && (signedLoadBits.get(value.access.op) ?? 64) <= bits) return true;
  if (value.kind === "pure" && depth > 0) {
    const [a, b] = value.args;
    switch (value.op) {
      case "i64.extend8_s":
        return true;
      case "i64.extend16_s":
        return bits >= 16 || (a !== undefined && isSignExtended(a, bits, depth - 1));
      case "i64.extend32_s":
        return bits >= 32 || (a !== undefined && isSignExtended(a, bits, depth - 1));
      case "i64.extend_i32_s":
        if (bits === 32) return true;
        break;
      case "i64.shr_s":
        if (b?.kind === "const" && 64 - (Number(b.value) & 63) <= bits) return true;
        break;
      case "i64.and":
      case "i64.or":
      case "i64.xor":
        if (a && b && isSignExtended(a, bits, depth - 1) && isSignExtended(b, bits, depth - 1)) return true;
        break;
    }
  }
  return unsignedBits(value, depth) < bits;
}
