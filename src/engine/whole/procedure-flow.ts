/** The control flow graph of a procedure that is known as a whole. */

import type { Body } from "../ir.ts";
import { visitNodes } from "../ir.ts";
import { concatenate, type PlacedInstruction } from "../passes/resolve-operands.ts";
import type { Stager } from "../region/stage.ts";
import type { WholeProcedure, WholeProgram } from "./program.ts";

/** How control leaves a block. */
export type BlockEnding =
  /** By a `goto`, or to what follows. */
  | { readonly kind: "flow" }
  | { readonly kind: "call"; readonly target: number | undefined }
  /** To one of the jumps that follow. */
  | { readonly kind: "table"; readonly targets: readonly number[] }
  | { readonly kind: "return" };

export interface ProcedureBlock {
  readonly offset: number;
  readonly end: number;
  readonly body: Body;
  readonly ending: BlockEnding;
  /** Offsets in the procedure. */
  readonly successors: readonly number[];
  /** Jumps that lead out of the procedure: see WholeWriter. */
  readonly leaves: readonly number[];
}

interface Known {
  readonly instruction: PlacedInstruction;
  readonly targets: readonly number[];
  readonly ending: BlockEnding;
  /** Control comes to what follows. */
  readonly fallsThrough: boolean;
  /** What is known of registers holds no longer after it. */
  readonly endsBlock: boolean;
}

/** The blocks of a procedure that control can reach, in order. `alsoEntered`: where jumps from outside lead. */
export function findBlocks(
  program: WholeProgram,
  procedure: WholeProcedure,
  stage: Stager,
  alsoEntered: readonly number[],
): readonly ProcedureBlock[] {
  const known = new Map<number, Known>();
  const leaders = new Set([procedure.start, ...alsoEntered]);
  const work = [...leaders];
  const isInside = (offset: number): boolean => offset >= procedure.start && offset < procedure.end;
  for (let start = work.pop(); start !== undefined; start = work.pop()) {
    for (let at = start; isInside(at) && !known.has(at); ) {
      const found = readInstruction(program, at, stage);
      if (!found) break;
      known.set(at, found);
      const next = at + found.instruction.length;
      for (const target of found.targets) {
        leaders.add(target);
        work.push(target);
      }
      if (found.endsBlock) leaders.add(next);
      if (!found.fallsThrough) break;
      at = next;
    }
  }
  return [...leaders]
    .filter((leader) => known.has(leader))
    .sort((a, b) => a - b)
    .map((leader) => makeBlock(leader, known, leaders, isInside));
}

function makeBlock(
  offset: number,
  known: ReadonlyMap<number, Known>,
  leaders: ReadonlySet<number>,
  isInside: (offset: number) => boolean,
): ProcedureBlock {
  const instructions: PlacedInstruction[] = [];
  let at = offset;
  for (;;) {
    const found = known.get(at);
    if (!found) break;
    instructions.push(found.instruction);
    at += found.instruction.length;
    if (!found.endsBlock && !leaders.has(at)) continue;
    const after = found.fallsThrough ? [at] : [];
    const all = [...found.targets, ...after];
    return {
      offset,
      end: at,
      body: concatenate(instructions),
      ending: found.ending,
      successors: all.filter((target) => isInside(target) && known.has(target)),
      leaves: found.targets.filter((target) => !isInside(target)),
    };
  }
  return {
    offset,
    end: at,
    body: concatenate(instructions),
    ending: { kind: "flow" },
    successors: [],
    leaves: [],
  };
}

function readInstruction(program: WholeProgram, at: number, stage: Stager): Known | undefined {
  const half = (offset: number): number =>
    (program.code[offset] ?? 0) | ((program.code[offset + 1] ?? 0) << 8);
  const staged = stage(half(at), half(at + 2));
  if (!staged) return undefined;
  const instruction = { offset: at, length: staged.length, body: staged.body };
  const transfer = transferOf(program, at, staged.length, staged.body);
  const { targets, ending, fallsThrough } = transfer;
  // Where the frame pointer changes, what lies where is another question: see private-places.ts.
  const { pointer } = program.frame;
  const changes = staged.body.some(
    (node) => node.kind === "callEffect" || (node.kind === "writeState" && node.slot === pointer),
  );
  const endsBlock = targets.length > 0 || !fallsThrough || ending.kind !== "flow" || changes;
  return { instruction, ...transfer, endsBlock };
}

function transferOf(
  program: WholeProgram,
  at: number,
  length: number,
  body: Body,
): Pick<Known, "targets" | "ending" | "fallsThrough"> {
  const targets: number[] = [];
  let keepsNext = false;
  visitNodes(body, (node) => {
    if (node.kind === "jumpRelative") targets.push(at + (node.offset.value ?? 0));
    if (node.kind === "writeRegister") keepsNext ||= node.value.kind === "nextPc";
  });
  const flow = { kind: "flow" } as const;
  const last = body.at(-1)?.kind;
  if (keepsNext) {
    const [target] = targets;
    return { targets: [], ending: { kind: "call", target }, fallsThrough: true };
  }
  if (last === "trap") return { targets, ending: flow, fallsThrough: false };
  if (last === "jumpRelative") return { targets, ending: flow, fallsThrough: false };
  if (last !== "jump") return { targets, ending: flow, fallsThrough: true };
  const count = program.tableLength(at);
  if (count === undefined) return { targets: [], ending: { kind: "return" }, fallsThrough: false };
  const table = Array.from({ length: count + 1 }, (_, index) => at + length * (index + 1));
  return { targets: table, ending: { kind: "table", targets: table }, fallsThrough: false };
}
