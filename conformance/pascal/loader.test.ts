/** The bundle of `strata/pascal-loader`, and its examples in docs/pcode.md. In a browser: conformance/browser. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleLoader, translateSource } from "./support/loader-bundle.ts";

const bundle = bundleLoader();

test("the bundle names no module of Node, nor any other", () => {
  expect(bundle.imports).toEqual([]);
  expect(/["'`]node:/.test(bundle.text)).toBe(false);
});

test("the example for Node in docs/pcode.md runs", () => {
  const docs = readFileSync(new URL("../../docs/pcode.md", import.meta.url), "utf8");
  const example = /```js\n(\/\/ In Node[\s\S]*?)```/.exec(docs)?.[1];
  if (!example) throw new Error("docs/pcode.md has no example for Node");
  const folder = mkdtempSync(join(tmpdir(), "strata-loader-"));
  try {
    writeFileSync(join(folder, "pascal-loader.mjs"), bundle.text);
    writeFileSync(
      join(folder, "example.mjs"),
      example.replace("strata/pascal-loader", "./pascal-loader.mjs"),
    );
    const source = "program p(input, output); var n: integer; begin read(n); writeln(n * n:1) end.";
    writeFileSync(join(folder, "prog.wasm"), translateSource(source));
    const output = execFileSync(process.execPath, ["example.mjs"], { cwd: folder, encoding: "utf8" });
    expect(output).toBe("1764\n{ kind: 'ended', status: 0 }\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
