/** Which routines of a program call which: whether a call may lead back to the routine that made it. */

import { jumpDistance, opcodeIn, opcodeOf } from "../../isa/pcode/opcodes.ts";
import type { ProgramImage } from "./program-image.ts";

const CALL = opcodeOf("call");
const CALL_INDIRECT = opcodeOf("calli");

/** Whether a routine of the program may call itself, at once or by way of others. Nobody knows where indirect calls lead. */
export function isRecursive({ code, entry }: ProgramImage): boolean {
  const calls: { readonly from: number; readonly to: number }[] = [];
  for (const [from, bits] of code.entries()) {
    if (opcodeIn(bits) === CALL_INDIRECT) return true;
    if (opcodeIn(bits) === CALL) calls.push({ from, to: from + jumpDistance(bits) / 4 });
  }
  const starts = [...new Set([entry, ...calls.map(({ to }) => to)])].sort((one, other) => one - other);
  const callees = new Map<number, Set<number>>(starts.map((start) => [start, new Set()]));
  let at = 0;
  for (const { from, to } of calls) {
    while ((starts[at + 1] ?? code.length) <= from) at++;
    callees.get(starts[at] ?? entry)?.add(to);
  }
  return hasCycle(callees);
}

/** Takes away, again and again, what calls nothing that is left: what then is left calls in circles. */
function hasCycle(callees: ReadonlyMap<number, ReadonlySet<number>>): boolean {
  const callers = new Map<number, number[]>();
  const left = new Map<number, number>();
  for (const [caller, called] of callees) {
    left.set(caller, called.size);
    for (const callee of called) callers.set(callee, [...(callers.get(callee) ?? []), caller]);
  }
  const done = [...left].flatMap(([routine, count]) => (count === 0 ? [routine] : []));
  for (const routine of done) {
    for (const caller of callers.get(routine) ?? []) {
      const count = (left.get(caller) ?? 0) - 1;
      left.set(caller, count);
      if (count === 0) done.push(caller);
    }
  }
  return done.length < left.size;
}
