import { expect, test } from "vitest";
import wabt from "wabt";
import { ByteWriter } from "./byte-writer.ts";
import { type Opcode, opcodes } from "./opcodes.ts";

const features = {
  threads: true,
  simd: true,
  relaxed_simd: true,
  sat_float_to_int: true,
  sign_extension: true,
};
const atomicAlign = /atomic\.(?:load|store|rmw|notify|wait)(\d*)/;

/** The alignment exponent that the text assembler writes where none is given: the natural one. */
function naturalAlign({ name }: Opcode): number {
  const [type = "", access = ""] = name.split(".", 2);
  if (name === "memory.atomic.notify") return 2;
  const atomic = atomicAlign.exec(name)?.[1];
  if (/^(load|store)(8|16|32|64)_(splat|lane|zero)/.test(access))
    return Math.log2(Number(/\d+/.exec(access)?.[0]) / 8);
  if (/load\d+x\d/.test(access)) return 3;
  const bits = Number(atomic || /(?:load|store)(\d+)/.exec(access)?.[1] || /\d+/.exec(type)?.[0]);
  return Math.log2(bits / 8);
}

function text({ name, immediate }: Opcode): string {
  const lanes =
    name === "v128.const"
      ? "i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"
      : "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15";
  const rest = {
    none: "",
    memarg: "offset=77",
    lane: "0",
    "memarg-lane": "offset=77 0",
    lanes16: lanes,
    other: "",
  };
  return `${name} ${rest[immediate]}`;
}

function encoding(op: Opcode): number[] {
  const out = new ByteWriter();
  if (op.prefix) out.byte(op.prefix).unsigned(op.code);
  else out.byte(op.code);
  const { immediate } = op;
  if (immediate.startsWith("memarg")) out.unsigned(naturalAlign(op)).unsigned(77);
  if (immediate.endsWith("lane") || immediate === "other") out.byte(0);
  if (immediate === "lanes16") for (let lane = 0; lane < 16; lane++) out.byte(lane);
  return [...out.bytes];
}

test("every opcode is what an independent assembler writes for its name", async () => {
  const assembler = await wabt();
  for (const op of opcodes.filter(({ name }) => name !== "unreachable" && name !== "select")) {
    // Between two `unreachable` (0x00) any operand types are valid.
    const source = `(module (memory 1 1 shared) (func unreachable ${text(op)} unreachable))`;
    const module = assembler.parseWat("op.wat", source, features);
    const bytes = [...module.toBinary({}).buffer];
    module.destroy();
    const expected = [0x00, ...encoding(op), 0x00, 0x0b];
    expect(bytes.slice(-expected.length), op.name).toEqual(expected);
  }
  expect(opcodes.length).toBeGreaterThan(430);
}, 60_000);
