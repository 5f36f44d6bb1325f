/**
 * The opcodes of WebAssembly, derived from the names of the instructions.
 * WebAssembly Core Specification 2.0, section 5.4 (the threads proposal for the prefix 0xfe, and the relaxed SIMD proposal
 * for the fused multiply-adds). Instructions stand in the specification in long runs; a run is written here as its first opcode and its names in order, so that no
 * opcode is typed by hand. The test compares every one with an independent assembler.
 */

import { InternalError } from "../base/errors.ts";

/** What follows the opcode in the binary format. */
export type ImmediateKind = "none" | "memarg" | "lane" | "memarg-lane" | "lanes16" | "other";

/** An instruction's encoding: an optional prefix byte and the opcode. */
export interface Opcode {
  readonly name: string;
  readonly prefix: 0 | 0xfc | 0xfd | 0xfe;
  readonly code: number;
  readonly immediate: ImmediateKind;
}

interface Run {
  readonly prefix?: Opcode["prefix"];
  readonly first: number;
  readonly immediate?: ImmediateKind;
  /** Names separated by spaces; "-" leaves an opcode out; a leading "T." names the type of those that follow. */
  readonly names: string;
}

const integerCompare = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const floatCompare = "eq ne lt gt le ge";
const integerArithmetic =
  "clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr";
const floatArithmetic = "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign";
const laneArithmetic = "shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u";
const floatLanes = "abs neg - sqrt add sub mul div min max pmin pmax";
const atomicWidths = ["i32 rmw", "i64 rmw", "i32 rmw8", "i32 rmw16", "i64 rmw8", "i64 rmw16", "i64 rmw32"];

/** The seven widths of one atomic read-modify-write operation. */
function atomicRun(operation: string): string {
  return atomicWidths
    .map((width) => {
      const [type, access] = width.split(" ");
      return `${type}. atomic.${access}.${operation}${access === "rmw" ? "" : "_u"}`;
    })
    .join(" ");
}

const runs: readonly Run[] = [
  { first: 0x00, names: "unreachable nop" },
  { first: 0x0f, names: "return" },
  { first: 0x1a, names: "drop select" },
  {
    first: 0x28,
    immediate: "memarg",
    names:
      "i32. load i64. load f32. load f64. load i32. load8_s load8_u load16_s load16_u " +
      "i64. load8_s load8_u load16_s load16_u load32_s load32_u " +
      "i32. store i64. store f32. store f64. store i32. store8 store16 i64. store8 store16 store32",
  },
  {
    first: 0x45,
    names:
      `i32. eqz ${integerCompare} i64. eqz ${integerCompare} f32. ${floatCompare} f64. ${floatCompare} ` +
      `i32. ${integerArithmetic} i64. ${integerArithmetic} f32. ${floatArithmetic} f64. ${floatArithmetic} ` +
      "i32. wrap_i64 trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u " +
      "i64. extend_i32_s extend_i32_u trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u " +
      "f32. convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64 " +
      "f64. convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32 " +
      "i32. reinterpret_f32 i64. reinterpret_f64 f32. reinterpret_i32 f64. reinterpret_i64 " +
      "i32. extend8_s extend16_s i64. extend8_s extend16_s extend32_s",
  },
  {
    prefix: 0xfc,
    first: 0,
    names:
      "i32. trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u " +
      "i64. trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u",
  },
  {
    prefix: 0xfd,
    first: 0,
    immediate: "memarg",
    names:
      "v128. load load8x8_s load8x8_u load16x4_s load16x4_u load32x2_s load32x2_u " +
      "load8_splat load16_splat load32_splat load64_splat store",
  },
  { prefix: 0xfd, first: 12, immediate: "lanes16", names: "v128. const i8x16. shuffle" },
  {
    prefix: 0xfd,
    first: 14,
    names: "i8x16. swizzle splat i16x8. splat i32x4. splat i64x2. splat f32x4. splat f64x2. splat",
  },
  {
    prefix: 0xfd,
    first: 21,
    immediate: "lane",
    names:
      "i8x16. extract_lane_s extract_lane_u replace_lane i16x8. extract_lane_s extract_lane_u replace_lane " +
      "i32x4. extract_lane replace_lane i64x2. extract_lane replace_lane " +
      "f32x4. extract_lane replace_lane f64x2. extract_lane replace_lane",
  },
  {
    prefix: 0xfd,
    first: 35,
    names:
      `i8x16. ${integerCompare} i16x8. ${integerCompare} i32x4. ${integerCompare} ` +
      `f32x4. ${floatCompare} f64x2. ${floatCompare} v128. not and andnot or xor bitselect any_true`,
  },
  {
    prefix: 0xfd,
    first: 84,
    immediate: "memarg-lane",
    names:
      "v128. load8_lane load16_lane load32_lane load64_lane store8_lane store16_lane store32_lane store64_lane",
  },
  { prefix: 0xfd, first: 92, immediate: "memarg", names: "v128. load32_zero load64_zero" },
  {
    prefix: 0xfd,
    first: 94,
    names:
      "f32x4. demote_f64x2_zero f64x2. promote_low_f32x4 " +
      "i8x16. abs neg popcnt all_true bitmask narrow_i16x8_s narrow_i16x8_u " +
      `f32x4. ceil floor trunc nearest i8x16. ${laneArithmetic} f64x2. ceil floor ` +
      "i8x16. min_s min_u max_s max_u f64x2. trunc i8x16. avgr_u " +
      "i16x8. extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u " +
      "i32x4. extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u " +
      "i16x8. abs neg q15mulr_sat_s all_true bitmask narrow_i32x4_s narrow_i32x4_u " +
      "extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u " +
      `${laneArithmetic} f64x2. nearest i16x8. mul min_s min_u max_s max_u - avgr_u ` +
      "extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u " +
      "i32x4. abs neg - all_true bitmask - - " +
      "extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u " +
      "shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u dot_i16x8_s - " +
      "extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u " +
      "i64x2. abs neg - all_true bitmask - - " +
      "extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u " +
      "shl shr_s shr_u add - - sub - - - mul eq ne lt_s gt_s le_s ge_s " +
      "extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u " +
      `f32x4. ${floatLanes} f64x2. ${floatLanes} ` +
      "i32x4. trunc_sat_f32x4_s trunc_sat_f32x4_u f32x4. convert_i32x4_s convert_i32x4_u " +
      "i32x4. trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero f64x2. convert_low_i32x4_s convert_low_i32x4_u",
  },
  {
    prefix: 0xfd,
    first: 0x105,
    names: "f32x4. relaxed_madd relaxed_nmadd f64x2. relaxed_madd relaxed_nmadd",
  },
  {
    prefix: 0xfe,
    first: 0,
    immediate: "memarg",
    names: "memory. atomic.notify atomic.wait32 atomic.wait64",
  },
  { prefix: 0xfe, first: 3, immediate: "other", names: "atomic.fence" },
  {
    prefix: 0xfe,
    first: 0x10,
    immediate: "memarg",
    names:
      "i32. atomic.load i64. atomic.load i32. atomic.load8_u atomic.load16_u " +
      "i64. atomic.load8_u atomic.load16_u atomic.load32_u " +
      "i32. atomic.store i64. atomic.store i32. atomic.store8 atomic.store16 " +
      "i64. atomic.store8 atomic.store16 atomic.store32 " +
      ["add", "sub", "and", "or", "xor", "xchg", "cmpxchg"].map(atomicRun).join(" "),
  },
];

function expand({ prefix = 0, first, immediate = "none", names }: Run): Opcode[] {
  let type = "";
  let code = first;
  const opcodes: Opcode[] = [];
  for (const word of names.split(" ")) {
    if (word.endsWith(".")) {
      type = word;
      continue;
    }
    if (word !== "-") opcodes.push({ name: type + word, prefix, code, immediate });
    code += 1;
  }
  return opcodes;
}

/** Every instruction but the structured ones and those of variables and calls, which the encoder writes itself. */
export const opcodes: readonly Opcode[] = runs.flatMap(expand);

const byName = new Map(opcodes.map((opcode) => [opcode.name, opcode]));

/** The opcode of an instruction by its name in the text format. */
export function opcode(name: string): Opcode {
  const found = byName.get(name);
  if (!found) throw new InternalError(`no WebAssembly instruction is named ${name}`);
  return found;
}
