/**
 * Loads the command's bundle with what V8 compiled of it when it was built (`keep-compiled.ts`): to compile it anew would be
 * half of the time of a short run. V8 refuses what another version of it has written, or with other flags, and then compiles.
 */

import { createRequire } from "node:module";

// By `import`, node:fs would load its streams too.
const require = createRequire(import.meta.url);
const { existsSync, readFileSync }: typeof import("node:fs") = require("node:fs");
const { fileURLToPath }: typeof import("node:url") = require("node:url");
const { Script }: typeof import("node:vm") = require("node:vm");

const path = fileURLToPath(new URL("./command.cjs", import.meta.url));
/** Where compiled code of the bundle is kept. */
export const compiledPath = `${path}.compiled`;

/** Runs the command that the process's arguments say. */
export function loadCommand(): InstanceType<typeof Script> {
  const source = readFileSync(path, "latin1");
  const compiled = existsSync(compiledPath) ? { cachedData: readFileSync(compiledPath) } : {};
  const script = new Script(`(function (require, __filename) {${source}\n})`, {
    filename: path,
    ...compiled,
  });
  script.runInThisContext()(require, path);
  return script;
}
