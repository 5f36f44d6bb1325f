/** A program as its text says it, before anything is looked up. `at` is the place in the text. ISO 7185, section 6. */

export interface Name {
  readonly name: string;
  readonly at: number;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "div"
  | "mod"
  | "and"
  | "or"
  | "="
  | "<>"
  | "<"
  | ">"
  | "<="
  | ">="
  | "in";

export type Expression =
  | { readonly kind: "integer" | "real"; readonly at: number; readonly value: number }
  | { readonly kind: "string"; readonly at: number; readonly value: string }
  | { readonly kind: "nil"; readonly at: number }
  | { readonly kind: "name"; readonly at: number; readonly name: string }
  | {
      readonly kind: "call";
      readonly at: number;
      readonly name: string;
      readonly args: readonly Argument[];
    }
  | {
      readonly kind: "index";
      readonly at: number;
      readonly base: Expression;
      readonly indices: readonly Expression[];
    }
  | { readonly kind: "field"; readonly at: number; readonly base: Expression; readonly field: Name }
  | { readonly kind: "dereference"; readonly at: number; readonly base: Expression }
  | {
      readonly kind: "unary";
      readonly at: number;
      readonly operator: "+" | "-" | "not";
      readonly operand: Expression;
    }
  | {
      readonly kind: "binary";
      readonly at: number;
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "set"; readonly at: number; readonly members: readonly Member[] }
  /** Where there should have been one; it was said already. */
  | { readonly kind: "missing"; readonly at: number };

/** An argument; widths only for write and writeln. */
export interface Argument {
  readonly value: Expression;
  readonly width?: Expression;
  readonly digits?: Expression;
}

export interface Member {
  readonly low: Expression;
  readonly high?: Expression;
}

type StatementBody =
  | { readonly kind: "empty" }
  | { readonly kind: "assign"; readonly target: Expression; readonly value: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Argument[] }
  | { readonly kind: "compound"; readonly statements: readonly Statement[] }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly whenTrue: Statement;
      readonly whenFalse?: Statement;
    }
  | { readonly kind: "while"; readonly condition: Expression; readonly body: Statement }
  | {
      readonly kind: "repeat";
      readonly statements: readonly Statement[];
      readonly condition: Expression;
    }
  | {
      readonly kind: "for";
      readonly variable: Name;
      readonly from: Expression;
      readonly to: Expression;
      readonly down: boolean;
      readonly body: Statement;
    }
  | {
      readonly kind: "case";
      readonly selector: Expression;
      readonly cases: readonly Case[];
      /** What is done where none of the constants is met. */
      readonly otherwise?: readonly Statement[];
    }
  | { readonly kind: "with"; readonly records: readonly Expression[]; readonly body: Statement }
  | { readonly kind: "goto"; readonly target: Label };

export type Statement = StatementBody & { readonly at: number; readonly label?: Label };

export interface Case {
  /** In Turbo Pascal also ranges. */
  readonly constants: readonly Member[];
  readonly body: Statement;
}

export interface Label {
  readonly value: number;
  readonly at: number;
}

export type TypeNode =
  | { readonly kind: "name"; readonly at: number; readonly name: string }
  | { readonly kind: "enumeration"; readonly at: number; readonly names: readonly Name[] }
  | {
      readonly kind: "subrange";
      readonly at: number;
      readonly low: Expression;
      readonly high: Expression;
    }
  | {
      readonly kind: "array";
      readonly at: number;
      readonly packed: boolean;
      readonly indices: readonly TypeNode[];
      readonly element: TypeNode;
    }
  | {
      readonly kind: "record";
      readonly at: number;
      readonly packed: boolean;
      readonly fields: FieldList;
    }
  | { readonly kind: "set"; readonly at: number; readonly packed: boolean; readonly base: TypeNode }
  | { readonly kind: "string"; readonly at: number; readonly capacity: Expression }
  | { readonly kind: "file"; readonly at: number; readonly packed: boolean; readonly element: TypeNode }
  | { readonly kind: "pointer"; readonly at: number; readonly target: Name }
  | {
      /** Only for parameters: section 6.6.3.7. */
      readonly kind: "conformant";
      readonly at: number;
      readonly packed: boolean;
      readonly index: { readonly low: Name; readonly high: Name; readonly type: Name };
      readonly element: TypeNode;
    };

export interface FieldList {
  readonly fixed: readonly { readonly names: readonly Name[]; readonly type: TypeNode }[];
  readonly variant?: {
    readonly tag?: Name;
    readonly type: Name;
    readonly variants: readonly {
      readonly constants: readonly Expression[];
      readonly fields: FieldList;
      readonly at: number;
    }[];
  };
}

export type Parameter =
  | {
      readonly kind: "value" | "variable";
      readonly names: readonly Name[];
      readonly type: TypeNode;
    }
  | { readonly kind: "procedure"; readonly heading: Heading };

export interface Heading {
  readonly kind: "procedure" | "function";
  readonly name: Name;
  /** Absent where a body follows its forward declaration. */
  readonly parameters?: readonly Parameter[];
  readonly result?: Name;
}

export interface Procedure {
  readonly heading: Heading;
  /** A block, or what stands in its place. */
  readonly body: Block | Name;
}

export interface Block {
  readonly at: number;
  readonly labels: readonly Label[];
  readonly constants: readonly { readonly name: Name; readonly value: Expression }[];
  readonly types: readonly { readonly name: Name; readonly type: TypeNode }[];
  readonly variables: readonly { readonly names: readonly Name[]; readonly type: TypeNode }[];
  readonly procedures: readonly Procedure[];
  readonly body: Statement;
  /** Where its last `end` is. */
  readonly end: number;
}

export interface ProgramNode {
  readonly name: Name;
  readonly parameters: readonly Name[];
  readonly block: Block;
}
