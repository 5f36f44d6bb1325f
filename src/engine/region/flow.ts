/**
 * The control flow graph of a region: the part of one page of guest code that is reachable from an offset through direct
 * jumps, as basic blocks.
 */

import type { Body, Node } from "../ir.ts";
import { visitNodes } from "../ir.ts";
import { GUEST_PAGE } from "../memory-map.ts";
import type { GuestInstruction } from "./stage.ts";

/** A basic block. Control enters at its first instruction only. */
export interface Block {
  readonly offset: number;
  readonly instructions: readonly GuestInstruction[];
  /** Offsets of the blocks that may follow, all in the region; twice where a branch leads to one by both its ways. */
  readonly successors: readonly number[];
}

export interface Flow {
  readonly entry: number;
  readonly blocks: ReadonlyMap<number, Block>;
}

/** What an instruction does to control. */
export interface Transfer {
  /** Offsets that it may jump to. */
  readonly targets: readonly number[];
  readonly fallsThrough: boolean;
  /** It keeps the address of what follows it. */
  readonly links: boolean;
}

const MAX_INSTRUCTIONS = 400;
/** An indirect jump is compared with the places after the region's own calls, at most so many. */
const MAX_RETURN_SITES = 4;

/** Where control may go from an instruction. */
export function transferOf({ offset, body }: GuestInstruction): Transfer {
  const targets: number[] = [];
  let links = false;
  visitNodes(body, (node: Node) => {
    if (node.kind === "jumpRelative") targets.push(offset + (node.offset.value ?? 0));
    if (node.kind === "nextPc") links = true;
  });
  const last = body.at(-1)?.kind;
  const ends = last === "jump" || last === "jumpRelative" || last === "trap";
  return { targets, fallsThrough: !ends, links: links && ends };
}

/** Whether the region must leave before an instruction: it asks TypeScript, whatever happens. */
export function isOpaque(body: Body): boolean {
  return body.some(({ kind }) => kind === "callEffect" || kind === "call");
}

/** Explores from `entry`; `fetch` stages the instruction at an offset, undefined where there is none to translate. */
export function exploreFlow(
  entry: number,
  fetch: (offset: number) => GuestInstruction | undefined,
): Flow | undefined {
  const instructions = new Map<number, GuestInstruction>();
  const leaders = new Set([entry]);
  const returnSites = new Set<number>();
  const work = [entry];
  for (let offset = work.pop(); offset !== undefined; offset = work.pop()) {
    for (let at = offset; !instructions.has(at) && instructions.size < MAX_INSTRUCTIONS; ) {
      const instruction = inPage(at) ? fetch(at) : undefined;
      if (!instruction || isOpaque(instruction.body)) break;
      instructions.set(at, instruction);
      const { targets, fallsThrough, links } = transferOf(instruction);
      const next = at + instruction.length;
      for (const target of targets.filter(inPage)) {
        leaders.add(target);
        work.push(target);
      }
      if (links) {
        returnSites.add(next);
        work.push(next);
      }
      if (targets.length > 0 || links) leaders.add(next);
      if (!fallsThrough) break;
      at = next;
    }
  }
  if (!instructions.has(entry)) return undefined;
  const sites = [...returnSites].filter((offset) => instructions.has(offset)).slice(0, MAX_RETURN_SITES);
  const blocks = new Map<number, Block>();
  for (const leader of leaders) {
    if (instructions.has(leader)) blocks.set(leader, makeBlock(leader, instructions, leaders, sites));
  }
  return { entry, blocks };
}

function inPage(offset: number): boolean {
  return offset >= 0 && offset < GUEST_PAGE;
}

function makeBlock(
  offset: number,
  instructions: ReadonlyMap<number, GuestInstruction>,
  leaders: ReadonlySet<number>,
  returnSites: readonly number[],
): Block {
  const list: GuestInstruction[] = [];
  const successors: number[] = [];
  for (let at = offset; ; ) {
    const instruction = instructions.get(at);
    if (!instruction) break;
    list.push(instruction);
    const { targets, fallsThrough } = transferOf(instruction);
    successors.push(...targets.filter((target) => instructions.has(target)));
    if (instruction.body.at(-1)?.kind === "jump") successors.push(...returnSites);
    at += instruction.length;
    if (!fallsThrough) break;
    if (leaders.has(at)) {
      if (instructions.has(at)) successors.push(at);
      break;
    }
  }
  return { offset, instructions: list, successors };
}
