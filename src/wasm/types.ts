/** Types of WebAssembly values and functions, and the signatures of the plain instructions, derived from their names. */

/** A number or vector type. WebAssembly Core Specification 2.0, section 2.3. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** A function's parameters and results. */
export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** The byte of each type in the binary format (section 5.3). */
export const typeByte: Readonly<Record<ValueType | "funcref", number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
};

const unary = new Set(
  "clz ctz popcnt abs neg ceil floor trunc nearest sqrt extend8_s extend16_s extend32_s".split(" "),
);
const compare = /^(eq|ne|lt|gt|le|ge)(_[su])?$/;
const conversion = /_([if](?:32|64))(?:_[su])?$/;

/** The type of a scalar numeric instruction such as `i64.add`, from its name alone. */
export function signatureOf(name: string): FunctionType {
  const [prefix, operation = ""] = name.split(".") as [ValueType, string];
  if (operation === "eqz") return { params: [prefix], results: ["i32"] };
  if (compare.test(operation)) return { params: [prefix, prefix], results: ["i32"] };
  const from = conversion.exec(operation)?.[1];
  if (from) return { params: [from as ValueType], results: [prefix] };
  return { params: unary.has(operation) ? [prefix] : [prefix, prefix], results: [prefix] };
}
