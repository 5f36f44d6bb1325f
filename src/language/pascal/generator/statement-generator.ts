/** The code of statements. ISO 7185, section 6.8. */

import { isPackedComponent } from "../checker/call-checker.ts";
import { rangeOf } from "../checker/values.ts";
import type { Action, LabelTarget, Value, Variable } from "../tree.ts";
import { extentOf, isOrdinal, storageOf, type Type } from "../types.ts";
import type { CallGenerator } from "./call-generator.ts";
import { CaseGenerator } from "./case-generator.ts";
import { type Emitter, isImmediate } from "./emitter.ts";
import { FileGenerator } from "./file-generator.ts";
import { type Frame, type Place, scalarStorage } from "./routine-generator.ts";
import type { ValueGenerator } from "./value-generator.ts";

type ActionOf<K extends Action["kind"]> = Extract<Action, { kind: K }>;

/** What an integer is that was given no value. */
const UNDEFINED_WORD = -0x8000_0000;
/** Blocks of up to so many bytes are copied by single instructions. */
const MOST_UNROLLED = 64;

export class StatementGenerator {
  readonly #frame: Frame;
  readonly #code: Emitter;
  readonly #values: ValueGenerator;
  readonly #calls: CallGenerator;
  readonly #files: FileGenerator;
  readonly #cases: CaseGenerator;
  readonly #labelOf: (target: LabelTarget) => number;
  /** Where the frame of the program itself is, among the globals. */
  readonly #programFrame: number;

  constructor(
    values: ValueGenerator,
    calls: CallGenerator,
    labelOf: (target: LabelTarget) => number,
    programFrame: number,
  ) {
    this.#frame = values.frame;
    this.#code = values.frame.code;
    this.#values = values;
    this.#calls = calls;
    this.#files = new FileGenerator(values);
    this.#cases = new CaseGenerator(values);
    this.#labelOf = labelOf;
    this.#programFrame = programFrame;
  }

  action(action: Action): void {
    const before = this.#frame.used;
    this.#action(action);
    this.#frame.giveUpTo(before);
  }

  #action(action: Action): void {
    const code = this.#code;
    if (action.kind !== "sequence") code.at(action.at);
    switch (action.kind) {
      case "sequence":
        for (const one of action.actions) this.action(one);
        return;
      case "assign":
        return this.#assign(action);
      case "assignResult":
        return this.#assignResult(action);
      case "if":
        return this.#if(action);
      case "while":
        return this.#while(action);
      case "repeat":
        return this.#repeat(action);
      case "for":
        return this.#for(action);
      case "case":
        return this.#cases.case(action, (body) => this.action(body));
      case "with":
        return this.#with(action);
      case "label":
        code.place(this.#labelOf(action.label));
        return this.action(action.body);
      case "goto":
        return this.#goto(action.label);
      case "call":
        return this.#calls.call(action.procedure, action.args, action.at);
      case "file":
        return this.#files.operation(action);
      case "read":
        return this.#files.read(action);
      case "write":
        return this.#files.write(action);
      case "new":
        return this.#new(action);
      case "dispose":
        return this.#dispose(action);
      case "pack":
      case "unpack":
        return this.#pack(action);
      case "halt":
        this.#values.evaluate(action.status);
        code.at(action.at);
        return this.#values.service("halt");
      case "editString":
        return this.#values.strings.edit(action);
      case "format":
        return this.#values.strings.format(action);
      case "parseNumber":
        return this.#values.strings.parse(action);
    }
  }

  // Assignments

  #assign({ target, value, at }: ActionOf<"assign">): void {
    this.#values.hoistVariable(target);
    if (storageOf(target.type, false) === "block") {
      this.#values.hoist(value);
      this.#values.variables.pushAddress(target);
      this.copyFrom(target.type, value);
      return;
    }
    const isPlain = target.kind === "direct" && !target.symbol.isReference;
    if (isPlain && this.#isNear(target.symbol.level) && isImmediate(target.symbol.offset)) {
      this.#values.evaluate(value);
      this.#checkFor(target.type, value, "range");
      this.#code.at(at);
      this.#frame.store(
        this.#frame.forStore(this.#values.variables.place(target)),
        scalarStorage(target.type, false),
      );
      return;
    }
    this.#values.hoist(value);
    const place = this.#frame.forStore(this.#values.variables.place(target));
    this.#values.value(value);
    this.#checkFor(target.type, value, "range");
    this.#code.at(at);
    this.#frame.store(place, scalarStorage(target.type, isPackedComponent(target)));
  }

  #isNear(level: number): boolean {
    return level === 0 || level === this.#frame.level;
  }

  #checkFor(type: Type, value: Value, error: "range" | "result"): void {
    this.#frame.checkFits(type, value, error);
    if (type.kind === "set") this.#values.checkSet(type, value, error === "range" ? "set" : error);
  }

  /** Copies a block to the address on the stack. */
  copyFrom(type: Type, value: Value): void {
    const code = this.#code;
    if (type.kind === "string") {
      code.integer(type.capacity);
      this.#values.value(value);
      return this.#values.service("assignString");
    }
    this.#values.address(value);
    if (type.kind === "set") this.#values.checkSet(type, value, "set");
    const { size, align } = extentOf(type);
    if (size > MOST_UNROLLED) {
      code.integer(size);
      this.#values.service("move");
      return;
    }
    const step = align === 8 ? 8 : 4;
    for (let offset = 0; offset < size; offset += step) code.emit(step === 8 ? "cpyd" : "cpyw", offset);
    code.emit("drop");
    code.emit("drop");
  }

  #assignResult({ procedure, value }: ActionOf<"assignResult">): void {
    const { resultVariable } = procedure;
    if (!resultVariable) return;
    const { level, offset, type } = resultVariable;
    this.#values.hoist(value);
    if (type.kind === "string") {
      this.#frame.pushAddress(this.#frame.at(level, offset));
      return this.copyFrom(type, value);
    }
    const place = this.#frame.forStore(this.#frame.at(level, offset));
    this.#values.value(value);
    this.#checkFor(type, value, "result");
    this.#frame.store(place, scalarStorage(type, false));
  }

  // Structured statements

  #if({ condition, whenTrue, whenFalse }: ActionOf<"if">): void {
    const code = this.#code;
    const otherwise = code.label();
    this.#values.jumpUnless(condition, otherwise);
    this.action(whenTrue);
    if (!whenFalse) {
      code.place(otherwise);
      return;
    }
    const end = code.label();
    code.emit("jmp", end);
    code.place(otherwise);
    this.action(whenFalse);
    code.place(end);
  }

  #while({ condition, body, at }: ActionOf<"while">): void {
    const code = this.#code;
    const [again, end] = [code.label(), code.label()];
    code.place(again);
    this.#values.jumpUnless(condition, end);
    this.action(body);
    code.at(at);
    code.emit("jmp", again);
    code.place(end);
  }

  #repeat({ actions, condition }: ActionOf<"repeat">): void {
    const code = this.#code;
    const again = code.label();
    code.place(again);
    for (const action of actions) this.action(action);
    code.at(condition.at);
    this.#values.jumpUnless(condition, again);
  }

  /** Section 6.8.3.9: both bounds are computed first, and must fit the variable if the body runs at all. */
  #for({ variable, from, to, down, body, at }: ActionOf<"for">): void {
    const code = this.#code;
    const frame = this.#frame;
    const [again, end, left] = [code.label(), code.label(), code.label()];
    const control = (): Place => frame.placeOf(variable);
    const first = this.#bound(from);
    const last = this.#bound(to);
    const mayBeEmpty = from.kind !== "constant" || to.kind !== "constant" || from.value === to.value;
    if (mayBeEmpty || (down ? from.value < to.value : from.value > to.value)) {
      first();
      last();
      code.emit(down ? "ge" : "le");
      code.emit("jz", end);
    }
    this.#checkBound(variable.type, from, first);
    this.#checkBound(variable.type, to, last);
    first();
    frame.store(control(), "word");
    code.place(again);
    this.#values.controlling.add(variable);
    this.action(body);
    this.#values.controlling.delete(variable);
    code.at(at);
    frame.load(control(), "word");
    last();
    code.emit("ne");
    code.emit("jz", left);
    frame.load(control(), "word");
    code.emit("addiw", down ? -1 : 1);
    frame.store(control(), "word");
    code.emit("jmp", again);
    code.place(left);
    if (frame.checks) {
      code.integer(UNDEFINED_WORD);
      frame.store(control(), "word");
    }
    code.place(end);
  }

  /** Computes a bound of a for now; what puts it on the stack. */
  #bound(value: Value): () => void {
    const { code } = this.#frame;
    if (value.kind === "constant") return () => code.integer(value.value);
    this.#values.evaluate(value);
    const place = this.#frame.temporary();
    this.#frame.store(place, "long");
    return () => this.#frame.load(place, "long");
  }

  #checkBound(type: Type, bound: Value, push: () => void): void {
    if (!isOrdinal(type) || !this.#frame.checks) return;
    const known = rangeOf(bound);
    if (known.low >= type.low && known.high <= type.high) return;
    push();
    this.#code.at(bound.at);
    this.#frame.checkRange(type.low, type.high, "for");
    this.#code.emit("drop");
  }

  #with({ with: record, body }: ActionOf<"with">): void {
    const { level, offset } = record.place;
    this.#values.hoistVariable(record.record);
    this.#values.variables.pushAddress(record.record);
    this.#frame.store(this.#frame.at(level, offset), "word");
    this.action(body);
  }

  /** Section 6.8.2.4. */
  #goto(label: LabelTarget): void {
    const code = this.#code;
    if (label.level !== this.#frame.level) {
      if (label.level === 0) this.#frame.pushAddress({ base: "global", offset: this.#programFrame });
      else this.#frame.pushFrame(label.level);
      code.emit("unwind");
    }
    code.emit("jmp", this.#labelOf(label));
  }

  // The heap, and packing

  #new({ pointer, size, at }: ActionOf<"new" | "dispose">): void {
    const variable = pointer as Variable;
    this.#values.hoistVariable(variable);
    const place = this.#frame.forStore(this.#values.variables.place(variable));
    this.#code.integer(size);
    this.#code.at(at);
    this.#values.service("new");
    this.#frame.store(place, "word");
  }

  #dispose({ pointer, size, at }: ActionOf<"new" | "dispose">): void {
    const value = pointer as Value;
    this.#values.evaluate(value);
    this.#code.integer(size);
    this.#code.at(at);
    this.#values.service("dispose");
    if (value.kind !== "load" || !this.#frame.checks) return;
    const place = this.#frame.forStore(this.#values.variables.place(value.variable));
    this.#code.integer(UNDEFINED_WORD);
    this.#frame.store(place, "word");
  }

  /** Section 6.6.5.4: the packed array's elements are those of the other one from an index on. */
  #pack({ kind, unpacked, index, packed, at }: ActionOf<"pack" | "unpack">): void {
    const code = this.#code;
    const { variables } = this.#values;
    const element: Variable = {
      kind: "element",
      array: unpacked,
      index,
      packed: false,
      type: "element" in unpacked.type ? unpacked.type.element : unpacked.type,
      at,
    };
    this.#values.hoistVariable(element);
    this.#values.hoistVariable(packed);
    code.at(at);
    const pushes = [() => variables.pushAddress(element), () => variables.pushAddress(packed)];
    for (const push of kind === "pack" ? pushes : pushes.reverse()) push();
    variables.pushLength(packed.type);
    this.#checkRoom(unpacked, index, at);
    code.integer(extentOf(element.type, true).size);
    this.#values.service(kind);
  }

  /** The length on the stack must not be more than there is from the index on. */
  #checkRoom(unpacked: Variable, index: Value, at: number): void {
    const code = this.#code;
    const { type } = unpacked;
    if (!this.#frame.checks) return;
    code.emit("dup");
    if (type.kind === "array") code.integer(type.index.high + 1);
    else if (type.kind === "conformant") {
      this.#values.variables.pushBound(type, "high");
      code.emit("addiw", 1);
    }
    this.#values.value(index);
    code.emit("subw");
    code.emit("le");
    code.at(at);
    code.check("pack", "chkt");
  }
}
