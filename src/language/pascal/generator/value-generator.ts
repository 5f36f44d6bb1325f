/** The code of expressions. ISO 7185, section 6.7. */

import { isPackedComponent } from "../checker/call-checker.ts";
import type { BinaryOperation, ErrorName, Value, Variable } from "../tree.ts";
import { isOrdinal, isWideSet, type OrdinalType, SET_ELEMENTS, type SetType, storageOf } from "../types.ts";
import type { CallGenerator } from "./call-generator.ts";
import { type Frame, type Place, scalarStorage } from "./routine-generator.ts";
import { SetGenerator, setBytes } from "./set-generator.ts";
import { StringGenerator } from "./string-generator.ts";
import { VariableGenerator } from "./variable-generator.ts";

type ValueOf<K extends Value["kind"]> = Extract<Value, { kind: K }>;

/** Operations that have another instruction where overflow is not looked for. */
const unchecked: Partial<Record<BinaryOperation, string>> = {
  add: "addw",
  sub: "subw",
  mul: "mulw",
  mod: "modw",
  fadd: "faddw",
  fsub: "fsubw",
  fmul: "fmulw",
  fdiv: "fdivw",
};
const commutative: ReadonlySet<string> = new Set(["add", "mul", "eq", "ne", "fadd", "fmul", "feq", "fne"]);

export class ValueGenerator {
  readonly frame: Frame;
  readonly variables: VariableGenerator;
  readonly sets: SetGenerator;
  readonly strings: StringGenerator;
  readonly #serviceNumber: (name: string) => number;
  /** Set once both exist. */
  calls!: CallGenerator;
  /** Values that were computed beforehand, and where they are. */
  readonly #hoisted = new Map<Value, Place>();
  /** Variables of for statements that are being run: they have a value. */
  readonly controlling = new Set<unknown>();

  constructor(frame: Frame, serviceNumber: (name: string) => number) {
    this.frame = frame;
    this.#serviceNumber = serviceNumber;
    this.variables = new VariableGenerator(frame, this);
    this.sets = new SetGenerator(frame, this);
    this.strings = new StringGenerator(frame, this);
  }

  service(name: string): void {
    this.frame.code.emit("svc", this.#serviceNumber(name));
  }

  // Calls in expressions

  /**
   * Computes all calls of functions in an expression, while the stack is empty, as a call needs it: what is computed later
   * finds them in the frame.
   */
  hoist(value: Value): void {
    if (!value.calls || this.#hoisted.has(value)) return;
    if (value.kind === "call" || value.kind === "logical") {
      this.evaluate(value);
      const place = this.frame.temporary();
      this.frame.store(place, "long");
      this.#hoisted.set(value, place);
      return;
    }
    for (const part of partsOf(value)) this.hoist(part);
    const variable = variableOf(value);
    if (variable) this.hoistVariable(variable);
  }

  hoistVariable(variable: Variable): void {
    switch (variable.kind) {
      case "element":
        this.hoist(variable.index);
        this.hoistVariable(variable.array);
        return;
      case "field":
        this.hoistVariable(variable.record);
        return;
      case "target":
        this.hoist(variable.pointer);
        return;
      case "buffer":
        this.hoistVariable(variable.file);
        return;
      case "direct":
      case "withField":
        return;
    }
  }

  /** Computes a value while the stack is empty. */
  evaluate(value: Value): void {
    if (
      value.calls &&
      value.kind === "binary" &&
      value.right.kind === "call" &&
      !this.#hoisted.has(value.right)
    ) {
      this.hoist(value.left);
      this.evaluate(value.right);
      this.value(value.left);
      if (!commutative.has(value.operation)) this.frame.code.emit("swap");
      this.#operate(value);
      return;
    }
    if (value.kind !== "call" && value.kind !== "logical") this.hoist(value);
    this.value(value);
  }

  /** Computes a value; its calls have been hoisted, unless it is evaluated by `evaluate`. */
  value(value: Value, mustBeDefined = true): void {
    const hoisted = this.#hoisted.get(value);
    if (hoisted) {
      this.frame.load(hoisted, "long");
      return;
    }
    const { code } = this.frame;
    if (storageOf(value.type, false) === "block") {
      this.address(value);
      return;
    }
    switch (value.kind) {
      case "constant":
        return value.type.kind === "real" ? code.real(value.value) : code.integer(value.value);
      case "nil":
        return code.emit("ldc", 0);
      case "load":
        return this.#load(value, mustBeDefined);
      case "bound":
        return this.frame.load(this.frame.at(value.level, value.offset), "word");
      case "unary":
        return this.#unary(value);
      case "binary":
        this.value(value.left);
        this.value(value.right);
        return this.#operate(value);
      case "logical":
        return this.#logical(value);
      case "compareStrings":
        return this.#compareStrings(value);
      case "set":
      case "setOperation":
        return this.sets.narrow(value);
      case "compareSets":
        return this.sets.compare(value);
      case "in":
        return this.sets.contains(value);
      case "call":
        return this.calls.functionCall(value);
      case "service":
        this.value(value.operand);
        code.at(value.at);
        return this.service(value.service);
      case "step":
        return this.#step(value);
      case "within":
        this.value(value.operand);
        return this.#within(value);
      case "fileStatus":
        this.variables.pushAddress(value.file);
        code.at(value.at);
        return this.service(value.service);
      case "stringQuery":
        return this.strings.query(value);
      case "string":
      case "stringOf":
      case "concatenation":
      case "partOfString":
        return this.address(value);
    }
  }

  /** The address of a value that is a block of memory. */
  address(value: Value): void {
    if (value.kind === "load") this.variables.pushAddress(value.variable);
    else if (value.kind === "string") this.frame.code.bytes(value.text);
    else if (value.kind === "set" || value.kind === "setOperation") this.sets.wide(value);
    else this.strings.address(value);
  }

  #load({ variable, at }: ValueOf<"load">, mustBeDefined: boolean): void {
    const storage = scalarStorage(variable.type, isPackedComponent(variable));
    const place = this.variables.place(variable);
    this.frame.code.at(at);
    const isKnown =
      variable.kind === "direct" &&
      (this.controlling.has(variable.symbol) ||
        (variable.symbol.isParameter && !variable.symbol.isReference));
    const mayBeUndefined = variable.type.kind !== "set" && !isKnown;
    this.frame.load(place, storage, mustBeDefined && mayBeUndefined);
  }

  #unary({ operation, operand, at }: ValueOf<"unary">): void {
    const { code, checks } = this.frame;
    this.value(operand);
    code.at(at);
    if (operation === "neg" && !checks) {
      code.emit("ldc", 0);
      code.emit("swap");
      code.emit("subw");
    } else if (operation === "sqr" && !checks) {
      code.emit("dup");
      code.emit("mulw");
    } else code.emit(operation);
  }

  #operate({ operation, left, right, at }: ValueOf<"binary">): void {
    const { code, checks } = this.frame;
    if (operation === "sub" || operation === "add") {
      const constant = right.kind === "constant" ? right.value : Number.NaN;
      const by = operation === "add" ? constant : -constant;
      if (Math.abs(by) < 0x1ffff && left.kind !== "call" && code.takeBack("ldc", constant)) {
        code.at(at);
        code.emit(checks ? "addi" : "addiw", by);
        return;
      }
    }
    code.at(at);
    code.emit((!checks && unchecked[operation]) || operation);
  }

  /** The right operand is computed only where the left one does not say the result. */
  #logical(value: ValueOf<"logical">): void {
    const { code } = this.frame;
    const [otherwise, end] = [code.label(), code.label()];
    this.jumpUnless(value, otherwise);
    code.emit("ldc", 1);
    code.emit("jmp", end);
    code.place(otherwise);
    code.emit("ldc", 0);
    code.place(end);
  }

  /** Jumps where a condition does not hold. */
  jumpUnless(condition: Value, label: number): void {
    this.#branch(condition, label, false);
  }

  #branch(condition: Value, label: number, when: boolean): void {
    const { code } = this.frame;
    if (this.#hoisted.has(condition)) this.value(condition);
    else if (condition.kind === "logical") {
      // "a and b" is false as soon as a is; "a or b" true.
      const decidesAlone = (condition.operation === "or") === when;
      if (decidesAlone) {
        this.#branch(condition.left, label, when);
        this.#branch(condition.right, label, when);
        return;
      }
      const past = code.label();
      this.#branch(condition.left, past, !when);
      this.#branch(condition.right, label, when);
      code.place(past);
      return;
    } else if (condition.kind === "unary" && condition.operation === "not") {
      this.#branch(condition.operand, label, !when);
      return;
    } else this.evaluate(condition);
    code.emit(when ? "jnz" : "jz", label);
  }

  #compareStrings({ operation, length, left, right, at }: ValueOf<"compareStrings">): void {
    const { code } = this.frame;
    this.address(left);
    this.address(right);
    code.integer(length);
    code.at(at);
    this.service("compare");
    code.emit("ldc", 0);
    code.emit(operation);
  }

  /** Section 6.6.6.4. */
  #step({ operand, by, type, at }: ValueOf<"step">): void {
    const { code, checks } = this.frame;
    this.value(operand);
    code.at(at);
    if (!isOrdinal(type)) return;
    if (type.names || type.high === 255) {
      code.emit("addiw", by);
      this.frame.checkRange(type.low, type.high, by === 1 ? "succ" : "pred");
    } else code.emit(checks ? "addi" : "addiw", by);
  }

  #within({ range, error, at }: ValueOf<"within">): void {
    this.frame.code.at(at);
    this.frame.checkRange(range.low, range.high, error);
  }

  /** Checks that a set, or the one whose address is on the stack, has only elements that its new place may have. */
  checkSet(type: SetType, value: Value, error: ErrorName): void {
    const { code, checks } = this.frame;
    const { base } = type;
    if (!checks || !base || isKnownSubset(value, base)) return;
    code.at(value.at);
    code.emit("dup");
    if (isWideSet(type)) {
      code.bytes(setBytes(allOf(base)));
      this.service("inclusion");
    } else {
      code.constant(BigInt.asIntN(64, allOf(base)));
      code.emit("leq");
    }
    code.check(error, "chkt");
  }

  /** Replaces the number on the stack by whether it is one of some. */
  isOneOf(values: readonly number[]): void {
    const { code } = this.frame;
    const [first = 0, ...others] = values;
    if (others.length > 0 && values.every((value) => value >= 0 && value < 64)) {
      code.constant(
        BigInt.asIntN(
          64,
          values.reduce((bits, value) => bits | (1n << BigInt(value)), 0n),
        ),
      );
      code.emit("inn");
      return;
    }
    for (const value of others) {
      code.emit("dup");
      code.integer(value);
      code.emit("eq");
      code.emit("swap");
    }
    code.integer(first);
    code.emit("eq");
    for (const _ of others) code.emit("uni");
  }
}

/** A set of all values of a type, as bits. */
function allOf({ low, high }: OrdinalType): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

/** Whether a set can have no elements but those of a type. */
function isKnownSubset(value: Value, base: OrdinalType): boolean {
  const isWithin = (low: number, high: number): boolean => low >= base.low && high <= base.high;
  if (isWithin(base.host.low, Math.min(base.host.high, SET_ELEMENTS - 1))) return true;
  if (value.kind === "load" && value.type.kind === "set" && value.type.base) {
    return isWithin(value.type.base.low, value.type.base.high);
  }
  if (value.kind !== "set") return false;
  return value.members.every(({ low, high = low }) => {
    if (low.kind !== "constant" || high.kind !== "constant") return false;
    return low.value > high.value || isWithin(low.value, high.value);
  });
}

/** The values that a value is computed from. */
function partsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case "unary":
    case "service":
    case "step":
    case "within":
    case "stringOf":
      return [value.operand];
    case "concatenation":
      return value.parts;
    case "partOfString":
      return [value.string, value.index, value.count];
    case "stringQuery":
      return value.operands;
    case "binary":
    case "logical":
    case "compareStrings":
    case "setOperation":
    case "compareSets":
      return [value.left, value.right];
    case "in":
      return [value.element, value.set];
    case "set":
      return value.members.flatMap(({ low, high }) => (high ? [low, high] : [low]));
    default:
      return [];
  }
}

function variableOf(value: Value): Variable | undefined {
  if (value.kind === "load") return value.variable;
  return value.kind === "fileStatus" ? value.file : undefined;
}
