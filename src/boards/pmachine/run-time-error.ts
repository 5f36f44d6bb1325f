/** What can go wrong while a program runs. ISO 7185, annex D. */

import { Cause } from "../../isa/pcode/state.ts";

/** Thrown by services, caught before it meets generated code. */
export class RunTimeError extends Error {
  override readonly name = "RunTimeError";
}

/** What a check that failed means, by the names that compilers use (language/pascal/tree.ts). */
const checks: Readonly<Record<string, string>> = {
  index: "the index is outside the array",
  variant: "this field is in a variant that is not the present one",
  range: "the value is outside the range of the variable",
  parameter: "the value is outside the range of the parameter",
  set: "the set has an element that it cannot have",
  chr: "chr of a number that is no character's",
  succ: "succ of the last value of its type",
  pred: "pred of the first value of its type",
  case: "the selector is none of the constants of this case",
  width: "a field width must be at least 1",
  result: "the value is outside the range of the function's result",
  noResult: "the function ends without a result",
  for: "a bound of this for is outside the range of its variable",
  pack: "the unpacked array has too few elements from this index on",
  conformant: "the bounds of the array are outside those of the parameter",
};

const causes: Readonly<Record<number, string>> = {
  [Cause.memory]: "an access outside the memory",
  [Cause.stackOverflow]: "the stack is full: procedures call each other too deeply",
  [Cause.integerOverflow]: "the result is no integer: its magnitude is more than maxint",
  [Cause.divisionByZero]: "division by zero",
  [Cause.modNotPositive]: "mod by a number that is not positive",
  [Cause.realOverflow]: "the result is too large for a real",
  [Cause.realDivisionByZero]: "division by zero",
  [Cause.bounds]: "a value is outside its range",
  [Cause.nilPointer]: "the pointer is nil",
  [Cause.undefinedValue]: "the variable has no value yet",
  [Cause.conversion]: "trunc or round of a real that is too large for an integer",
  [Cause.error]: "an error",
  [Cause.illegal]: "no instruction",
  [Cause.negativeRoot]: "the square root of a negative number",
};

/** Checks of which the value says nothing. */
const withoutValue: ReadonlySet<string> = new Set(["variant", "set", "pack"]);

/** What went wrong, in words. */
export function errorText(cause: number, value: number, check: string | undefined): string {
  const text = (check !== undefined && checks[check]) || causes[cause] || `trap ${cause}`;
  const showsValue = cause === Cause.bounds && check !== undefined && !withoutValue.has(check);
  return showsValue ? `${text}: ${value}` : text;
}
