import { expect, test } from "vitest";
import { type JointBody, joinBodies } from "../../engine/interpreter/joint-body.ts";
import { planInterpreter } from "../../engine/interpreter/records.ts";
import { type Node, visitNodes } from "../../engine/ir.ts";
import { pcode } from "./instruction-set.ts";

const { handlers } = planInterpreter(pcode);

function join(sequence: string): JointBody {
  const { stack } = pcode;
  if (!stack) throw new Error("no stack");
  const parts = sequence.split(" ").map((wanted) => {
    const found = handlers.find(({ name }) => name === wanted);
    if (!found) throw new Error(wanted);
    const { name, length, staged, places } = found;
    return { name, length, body: staged.body, places };
  });
  return joinBodies(stack, parts);
}

/** Registers that are read and written, by number from the first instruction's deepest entry on. */
function registers({ body }: JointBody): string[] {
  const found: string[] = [];
  visitNodes(body, (node: Node) => {
    if (node.kind === "readRegister" || node.kind === "writeRegister")
      found.push(`${node.kind} ${node.operand.value}`);
  });
  return found;
}

test.each([
  ["ldlw ldlw addw stlw", []],
  ["ldlwc ldlwc add stlw", []],
  ["ldlw ldc lt jz", []],
  ["ldlw ldlw addw", ["writeRegister 0"]],
  ["ldlw addw stlw", ["readRegister -1"]],
  ["starg call", ["readRegister 0", "writeRegister 0"]],
])("%s: only what is left on the stack gets there", (sequence, expected) => {
  expect(registers(join(sequence))).toEqual(expected);
});

test.each([
  // What is below the place of a jump is seen after it; what is above may still become a value.
  ["ldlw ldlw jz stlw", ["writeRegister 0"]],
  ["ldlw jz ldlw addiw stlw jmp", []],
  ["ldlw jz ldlw ldlw", ["writeRegister 0", "writeRegister 1"]],
])("%s: a jump in the middle sees the stack", (sequence, expected) => {
  expect(registers(join(sequence))).toEqual(expected);
});

test.each(["ldlw svc drop", "ldlw jmp ldlw", "ldlw ldp starg"])("%s is refused", (sequence) => {
  expect(() => join(sequence)).toThrow("cannot be there in a sequence");
});

test("a sequence begins with what touches the stack", () => {
  expect(() => join("undef ldlw")).toThrow("touches no entry of the stack");
});
