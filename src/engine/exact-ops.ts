/**
 * Words for what a floating-point operation of the host lost: error-free transformations (Dekker 1971, Knuth 1969), and
 * from them the fused multiply-add, where the host has none. All for rounding to nearest, ties to even.
 *
 * Each is made so that overflow, infinities and NaNs give a NaN or an infinity, which then fails the comparisons that
 * would have approved of the result.
 */

import { hostFuses } from "./host-fma.ts";
import type { Value } from "./ir.ts";
import { Ops } from "./ops.ts";

const FRACTION = (1n << 52n) - 1n;
/** Half of the unit that is left when a significand of 53 bits is cut to its upper 26, and a mask that cuts it. */
const HALF_TAIL = 1n << 26n;
const HEAD = -(1n << 27n);
/** Multiplied by these, a number gives one that is at least one unit smaller, or larger, in magnitude. */
const SMALLER = 1 - 2 ** -52;
const LARGER = 1 + 2 ** -52;
/** Products with a binary exponent from -960 to 1019: their error is representable, and nothing on the way overflows. */
const FIRST_SAFE_PRODUCT = 63n;
const SAFE_PRODUCTS = 1980n;

export class ExactOps extends Ops {
  /** Whether the host has a fused multiply-add after all. */
  protected readonly fuses: boolean;

  constructor(fuses = hostFuses()) {
    super();
    this.fuses = fuses;
  }

  /** a + b - sum, of f32 or f64. Exact unless something on the way overflows. */
  sumError(a: Value, b: Value, sum: Value): Value {
    const second = this.sub(sum, a);
    return this.add(this.sub(a, this.sub(sum, second)), this.sub(b, second));
  }

  /** a * b - product, of f64 within the bounds of `isSafeProduct`. */
  productError(a: Value, b: Value, product: Value): Value {
    if (this.fuses) return this.fma(a, b, this.pure("f64.neg", product));
    const [aHead, bHead] = [this.#head(a), this.#head(b)];
    const [aTail, bTail] = [this.sub(a, aHead), this.sub(b, bHead)];
    const heads = this.sub(this.mul(aHead, bHead), product);
    const crossed = this.add(this.add(heads, this.mul(aHead, bTail)), this.mul(aTail, bHead));
    return this.add(crossed, this.mul(aTail, bTail));
  }

  /** An f64 rounded to 26 bits: the rest then has 26 too. */
  #head(value: Value): Value {
    const bits = this.add(this.pure("i64.reinterpret_f64", value), this.i64(HALF_TAIL));
    return this.pure("f64.reinterpret_i64", this.and(bits, this.i64(HEAD)));
  }

  /** Whether the exact product of two finite f64 has at most 53 bits; now and then no where the truth is yes. */
  isShortProduct(a: Value, b: Value): Value {
    const zeros = this.add(this.#trailingZeros(a), this.#trailingZeros(b));
    return this.pure("i64.ge_u", zeros, this.i64(53n));
  }

  /** Zeros at the end of a significand; 53 for a power of two. */
  #trailingZeros(value: Value): Value {
    const fraction = this.and(this.pure("i64.reinterpret_f64", value), this.i64(FRACTION));
    return this.ctz(this.or(fraction, this.i64(1n << 53n)));
  }

  isZero(value: Value): Value {
    return this.eq(value, value.type === "f64" ? this.f64(0) : this.f32(0));
  }

  /** Whether `productError` is exact for an f64 product. */
  isSafeProduct(product: Value): Value {
    const twice = this.shl(this.pure("i64.reinterpret_f64", product), this.i64(1n));
    return this.ltU(this.sub(twice, this.i64(FIRST_SAFE_PRODUCT << 53n)), this.i64(SAFE_PRODUCTS << 53n));
  }

  /** An f64 at least one unit nearer to zero, unless it is subnormal, and then its sums are exact; zero stays zero. */
  smaller(value: Value): Value {
    return this.mul(value, this.f64(SMALLER));
  }

  /** An f64 at least one unit farther from zero, as `smaller`. */
  larger(value: Value): Value {
    return this.mul(value, this.f64(LARGER));
  }
}
