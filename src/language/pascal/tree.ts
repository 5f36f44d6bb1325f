/**
 * A program whose names have been looked up and whose types fit: what code is made from. Conversions, checks of widths and
 * the records of with statements are explicit here.
 */

import type { ParameterSymbol, ProcedureSymbol, VariableSymbol } from "./symbols.ts";
import type { ConformantType, Field, FileType, OrdinalType, RecordType, SetType, Type } from "./types.ts";

/** A designated variable. */
export type Variable = { readonly type: Type; readonly at: number } & (
  | { readonly kind: "direct"; readonly symbol: VariableSymbol }
  | {
      readonly kind: "element";
      readonly array: Variable;
      readonly index: Value;
      readonly packed: boolean;
    }
  | { readonly kind: "field"; readonly record: Variable; readonly field: Field }
  | { readonly kind: "target"; readonly pointer: Value }
  | { readonly kind: "buffer"; readonly file: Variable }
  | { readonly kind: "withField"; readonly with: WithRecord; readonly field: Field }
);

/** A record of a with statement: its address is kept in the frame. */
export interface WithRecord {
  readonly record: Variable;
  readonly type: RecordType;
  /** Where; set when code is made. */
  readonly place: { level: number; offset: number };
  /** In a packed record or array. */
  readonly packed: boolean;
}

export type UnaryOperation =
  | "neg"
  | "fneg"
  | "not"
  | "float"
  | "abs"
  | "fabs"
  | "sqr"
  | "fsqr"
  | "odd"
  | "trunc"
  | "round"
  | "fsqrt";
export type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
export type BinaryOperation =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "mod"
  | "fadd"
  | "fsub"
  | "fmul"
  | "fdiv"
  | Comparison
  | `f${Comparison}`;
export type SetOperation = "uni" | "int" | "dif";

/** Services that are functions of values. */
export type FunctionService = "sin" | "cos" | "exp" | "ln" | "arctan";

export interface SetMember {
  readonly low: Value;
  readonly high?: Value;
}

/** `calls`: whether it calls a function of the program, which needs the whole stack of expressions. */
export type Value = { readonly type: Type; readonly at: number; readonly calls: boolean } & (
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "nil" }
  | { readonly kind: "load"; readonly variable: Variable }
  | { readonly kind: "bound"; readonly level: number; readonly offset: number }
  | { readonly kind: "unary"; readonly operation: UnaryOperation; readonly operand: Value }
  | {
      readonly kind: "binary";
      readonly operation: BinaryOperation;
      readonly left: Value;
      readonly right: Value;
    }
  | {
      readonly kind: "logical";
      readonly operation: "and" | "or";
      readonly left: Value;
      readonly right: Value;
    }
  | {
      readonly kind: "compareStrings";
      readonly operation: Comparison;
      readonly length: number;
      readonly left: Value;
      readonly right: Value;
    }
  | { readonly kind: "set"; readonly members: readonly SetMember[]; readonly type: SetType }
  | {
      readonly kind: "setOperation";
      readonly operation: SetOperation;
      readonly left: Value;
      readonly right: Value;
      readonly type: SetType;
    }
  | {
      readonly kind: "compareSets";
      readonly operation: "eq" | "ne" | "le" | "ge";
      readonly wide: boolean;
      readonly left: Value;
      readonly right: Value;
    }
  | { readonly kind: "in"; readonly element: Value; readonly set: Value; readonly wide: boolean }
  | { readonly kind: "call"; readonly procedure: ProcedureSymbol; readonly args: readonly CallArgument[] }
  | { readonly kind: "service"; readonly service: FunctionService; readonly operand: Value }
  /** succ and pred; the result must be of the type. */
  | { readonly kind: "step"; readonly operand: Value; readonly by: 1 | -1 }
  /** A value that must be of an ordinal type, for chr and the like. */
  | {
      readonly kind: "within";
      readonly operand: Value;
      readonly range: OrdinalType;
      readonly error: ErrorName;
    }
  | { readonly kind: "fileStatus"; readonly service: "eof" | "eoln"; readonly file: Variable }
  /** A character, a string constant, an array of characters or a Boolean, as a string of varying length. */
  | { readonly kind: "stringOf"; readonly operand: Value }
  /** Strings one after the other. */
  | { readonly kind: "concatenation"; readonly parts: readonly Value[] }
  | {
      readonly kind: "partOfString";
      readonly string: Value;
      readonly index: Value;
      readonly count: Value;
    }
  /** What strings are asked for: an integer. */
  | {
      readonly kind: "stringQuery";
      readonly query: "length" | "compareShort" | "position";
      readonly operands: readonly Value[];
    }
);

export type CallArgument =
  | { readonly kind: "value"; readonly parameter: ParameterSymbol; readonly value: Value }
  | { readonly kind: "variable"; readonly parameter: ParameterSymbol; readonly variable: Variable }
  | { readonly kind: "procedure"; readonly parameter: ParameterSymbol; readonly procedure: ProcedureSymbol }
  | {
      /** An array for a conformant parameter; a value is copied by the procedure that is called. */
      readonly kind: "conformant";
      readonly parameter: ParameterSymbol;
      readonly conformant: ConformantType;
      readonly array: Variable | Value;
      /** The bounds come with the first of a section. */
      readonly withBounds: boolean;
    };

/** What a failing check means: the errors of annex D that are found by comparing. */
export type ErrorName =
  | "index"
  | "variant"
  | "range"
  | "parameter"
  | "set"
  | "chr"
  | "succ"
  | "pred"
  | "case"
  | "width"
  | "result"
  | "noResult"
  | "for"
  | "pack"
  | "conformant";

export type WriteItem = {
  readonly value: Value;
  /** The least that the width and the digits may be. */
  readonly least: number;
  readonly width?: Value;
  readonly digits?: Value;
};

export type Action = { readonly at: number } & (
  | { readonly kind: "assign"; readonly target: Variable; readonly value: Value }
  | { readonly kind: "assignResult"; readonly procedure: ProcedureSymbol; readonly value: Value }
  | { readonly kind: "sequence"; readonly actions: readonly Action[] }
  | { readonly kind: "if"; readonly condition: Value; readonly whenTrue: Action; readonly whenFalse?: Action }
  | { readonly kind: "while"; readonly condition: Value; readonly body: Action }
  | { readonly kind: "repeat"; readonly actions: readonly Action[]; readonly condition: Value }
  | {
      readonly kind: "for";
      readonly variable: VariableSymbol;
      readonly from: Value;
      readonly to: Value;
      readonly down: boolean;
      readonly body: Action;
    }
  | {
      readonly kind: "case";
      readonly selector: Value;
      readonly cases: readonly { readonly values: readonly number[]; readonly body: Action }[];
      /** Where none of the values is met; an error if absent. */
      readonly otherwise?: Action;
    }
  | { readonly kind: "with"; readonly with: WithRecord; readonly body: Action }
  | { readonly kind: "goto"; readonly label: LabelTarget }
  | { readonly kind: "label"; readonly label: LabelTarget; readonly body: Action }
  | { readonly kind: "call"; readonly procedure: ProcedureSymbol; readonly args: readonly CallArgument[] }
  | {
      readonly kind: "file";
      readonly service: "get" | "put" | "reset" | "rewrite" | "readLine" | "writeLine" | "page";
      readonly file: Variable;
    }
  | { readonly kind: "read"; readonly file: Variable; readonly target: Variable }
  | { readonly kind: "write"; readonly file: Variable; readonly item: WriteItem }
  | { readonly kind: "new" | "dispose"; readonly pointer: Variable | Value; readonly size: number }
  | {
      readonly kind: "pack" | "unpack";
      readonly unpacked: Variable;
      readonly index: Value;
      readonly packed: Variable;
    }
  | { readonly kind: "halt"; readonly status: Value }
  | {
      readonly kind: "editString";
      readonly service: "insertString" | "deletePart";
      readonly target: Variable;
      readonly operands: readonly Value[];
    }
  /** A number as a string. */
  | {
      readonly kind: "format";
      readonly target: Variable;
      readonly value: Value;
      readonly width: Value;
      readonly digits: Value;
    }
  /** A string as a number; the code says where it is none. */
  | {
      readonly kind: "parseNumber";
      readonly string: Value;
      readonly target: Variable;
      readonly code: Variable;
    }
);

/** A label, in the block that declares it. */
export interface LabelTarget {
  readonly value: number;
  readonly level: number;
  /** A number for the jump, of the whole program. */
  readonly number: number;
  /** Jumped to from a procedure inside. */
  isOuter: boolean;
}

/** A procedure with its body, or the program. */
export interface Routine {
  readonly name: string;
  readonly at: number;
  readonly end: number;
  readonly level: number;
  readonly symbol?: ProcedureSymbol;
  readonly variables: readonly VariableSymbol[];
  /** Value parameters that the routine copies to places of its own: where their addresses come. */
  readonly copies: readonly {
    readonly variable: VariableSymbol;
    readonly addressAt: number;
  }[];
  /** Bytes of the frame for parameters and variables, or of the globals. */
  readonly bytes: number;
  readonly body: Action;
}

export interface CheckedProgram {
  readonly name: string;
  readonly routines: readonly Routine[];
  /** Files of the program's heading, in order. */
  readonly files: readonly { readonly variable: VariableSymbol; readonly type: FileType }[];
}
