import { expect, test } from "vitest";
import { compilePascal } from "../../cli/pascal-program.ts";
import { PMachine, translateImage } from "./machine.ts";
import { ProgramError } from "./program-image.ts";
import { packTranslated, unpackTranslated } from "./translated-file.ts";

const MEMORY_BYTES = 2 ** 25;

/** A machine whose output is kept. */
function machine() {
  const kept = { text: "" };
  const write = (bytes: Uint8Array): void => {
    kept.text += new TextDecoder().decode(bytes);
  };
  const files = { open: () => ({ read: () => 0, write, close: () => {} }) };
  return {
    kept,
    machine: new PMachine({
      files,
      technique: "translate" as const,
      memoryBytes: MEMORY_BYTES,
      stackBytes: 2 ** 16,
    }),
  };
}

test("a translated program runs on another machine", () => {
  const image = compilePascal(
    "program p(output); var i: integer; begin for i := 1 to 3 do write(i:2); writeln end.",
  );
  const file = packTranslated(image, translateImage(image, MEMORY_BYTES));
  expect(WebAssembly.validate(file)).toBe(true);
  const second = machine();
  const unpacked = unpackTranslated(file);
  second.machine.load(unpacked.image);
  expect(second.machine.runTranslated(new WebAssembly.Module(unpacked.module))).toEqual({
    kind: "ended",
    status: 0,
  });
  expect(second.kept.text).toBe(" 1 2 3\n");
});

test("a module without a program is refused", () => {
  expect(() => unpackTranslated(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))).toThrow(ProgramError);
});
