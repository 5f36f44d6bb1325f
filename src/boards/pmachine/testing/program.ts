/** Programs for tests, from instructions as text. */

import { type CodeProgram, encodeProgram } from "../encode.ts";
import type { ProgramImage } from "../program-image.ts";

/** A program of instructions as text: "ldc 1", "jmp @3" (to the instruction of that number). */
export function program(...lines: string[]): ProgramImage {
  const labels: number[] = [];
  const names = lines.map((line) => line.split(" ")[0] ?? "");
  const operands = lines.map((line) => {
    const [, operand = "0"] = line.split(" ");
    return operand.startsWith("@") ? labels.push(Number(operand.slice(1))) - 1 : Number(operand);
  });
  const none = new Int32Array(0);
  const code: CodeProgram = {
    name: "t",
    entry: 0,
    globalBytes: 0,
    instructions: { names, operands, seconds: names.map(() => 0) },
    labels,
    routines: [],
    positions: { instructions: none, lines: none, columns: none },
    errors: [],
    files: [],
    types: [],
    constants: new Uint8Array(),
  };
  return encodeProgram(code, "t");
}
