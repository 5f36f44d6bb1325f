import { expect, test } from "vitest";
import { compilePascal } from "../../compile-pascal.ts";
import { translateImage } from "./machine.ts";
import { ProgramError } from "./program-image.ts";
import { runTranslated } from "./run-translated.ts";
import { packTranslated, unpackTranslated } from "./translated-file.ts";

const MEMORY_BYTES = 2 ** 26;

/** Files that keep what is written. */
function keptFiles() {
  const kept = { text: "" };
  const write = (bytes: Uint8Array): void => {
    kept.text += new TextDecoder().decode(bytes);
  };
  return { kept, files: { open: () => ({ read: () => 0, write, close: () => {} }) } };
}

test("a translated program runs on another machine", () => {
  const image = compilePascal(
    "program p(output); var i: integer; begin for i := 1 to 3 do write(i:2); writeln end.",
  );
  const file = packTranslated(image, translateImage(image, MEMORY_BYTES));
  expect(WebAssembly.validate(file)).toBe(true);
  const { files, kept } = keptFiles();
  const { image: unpacked, module } = unpackTranslated(file);
  const ending = runTranslated(unpacked, new WebAssembly.Module(module), files, MEMORY_BYTES);
  expect(ending).toEqual({ kind: "ended", status: 0 });
  expect(kept.text).toBe(" 1 2 3\n");
});

test("a module without a program is refused", () => {
  expect(() => unpackTranslated(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))).toThrow(ProgramError);
});
