/** What lowering meets only where code is not known: elsewhere operands and addresses were resolved before. */

import { InternalError } from "../base/errors.ts";
import type { Node } from "./ir.ts";

export abstract class ResolvedTarget {
  immediate(_: Extract<Node, { kind: "immediate" }>): void {
    throw new InternalError("an operand without a value");
  }

  pc(): void {
    throw new InternalError("pc where the address is known");
  }

  nextPc(): void {
    throw new InternalError("the address of the next instruction is known");
  }

  jumpRelative(_: Extract<Node, { kind: "jumpRelative" }>): void {
    throw new InternalError("a relative jump where its target is known");
  }
}
