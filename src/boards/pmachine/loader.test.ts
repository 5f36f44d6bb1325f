import { expect, test } from "vitest";
import { compilePascal } from "../../compile-pascal.ts";
import { loadPascal } from "./loader.ts";
import { translateImage } from "./machine.ts";
import { ProgramError } from "./program-image.ts";
import type { TextPorts } from "./text-files.ts";
import { packTranslated } from "./translated-file.ts";

function translated(source: string): Uint8Array<ArrayBuffer> {
  const image = compilePascal(source);
  return packTranslated(image, translateImage(image));
}

async function run(source: string, ports: TextPorts = {}) {
  const program = await loadPascal(translated(source));
  let output = "";
  const ending = program.run({ output: (text) => (output += text), ...ports });
  return { output, ending };
}

const sum =
  "program sum(input, output); var n, s: integer; begin s := 0; while not eof do begin readln(n); s := s + n end; writeln(s:1) end.";

test("input is a text", async () => {
  expect(await run(sum, { input: "20\n22\n" })).toEqual({
    output: "42\n",
    ending: { kind: "ended", status: 0 },
  });
});

test("input comes piece by piece, when it is asked for", async () => {
  const pieces = ["2", "0\n2", "2\n"];
  expect((await run(sum, { input: () => pieces.shift() ?? "" })).output).toBe("42\n");
});

test("files are texts by name", async () => {
  const source =
    "program up(from, dest); var from, dest: text; begin reset(from); rewrite(dest); while not eof(from) do begin write(dest, '>', from^); get(from); if eoln(from) then begin readln(from); writeln(dest) end end end.";
  const files = new Map([["from", "a\nb\n"]]);
  await run(source, { files });
  expect(files.get("dest")).toBe(">a\n>b\n");
  const { ending } = await run(source);
  expect(ending).toMatchObject({ kind: "error", message: 'there is no file "from"' });
});

test("a program runs again from its beginning", async () => {
  const program = await loadPascal(
    translated("program p(output); var i: integer; begin i := 1; writeln(i:1) end."),
  );
  const outputs = ["", ""].map((_) => {
    let output = "";
    program.run({ output: (text) => (output += text) });
    return output;
  });
  expect(outputs).toEqual(["1\n", "1\n"]);
});

test("recursion without end is an error of the program", async () => {
  const { ending } = await run("program p; procedure q; begin q end; begin q end.");
  expect(ending).toMatchObject({ kind: "error", message: expect.stringMatching(/^the stack is full/) });
});

test("what is no translated program is refused", async () => {
  await expect(loadPascal(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))).rejects.toThrow(ProgramError);
});
