/**
 * Where routines are: each is a function of the interpreter's module, which exports it by its name; regions import those
 * that they call.
 */

import { FunctionWriter } from "../wasm/function-writer.ts";
import type { ModuleWriter } from "../wasm/module-writer.ts";
import { type Body, type Routine, visitNodes } from "./ir.ts";
import { LocalPool, Lowering } from "./lowering.ts";

/** The function that a routine is in a module. */
export type FindRoutine = (routine: Routine) => number;

/** Writes routines into a module as they are asked for, and exports them. */
export function routinesIn(module: ModuleWriter): FindRoutine {
  const indices = new Map<string, number>();
  return (routine) => {
    const { name } = routine;
    const index = indices.get(name) ?? module.function(write(routine), name);
    if (!indices.has(name)) module.export(name, "function", index);
    indices.set(name, index);
    return index;
  };
}

function write(routine: Routine): FunctionWriter {
  const code = new FunctionWriter({ params: routine.params, results: [routine.result.type] });
  new Lowering(code, undefined, new LocalPool(code)).lowerValue(routine);
  return code;
}

/** Imports the routines that bodies call. */
export function importRoutines(module: ModuleWriter, bodies: readonly Body[]): FindRoutine {
  const indices = new Map<string, number>();
  for (const body of bodies) {
    visitNodes(body, (node) => {
      if (node.kind !== "pure" || !node.routine || indices.has(node.op)) return;
      const { name, params, result } = node.routine;
      indices.set(name, module.importFunction("env", name, { params, results: [result.type] }));
    });
  }
  return ({ name }) => indices.get(name) ?? -1;
}
