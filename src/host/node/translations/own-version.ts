/** What tells this build of Strata from others: what one has compiled is of no use to another. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "./pack.ts";

/** The folders whose code decides what is compiled. */
const OWN_FOLDERS = ["base", "wasm", "engine", "isa"];

export function shortHash(text: string): string {
  return sha256(Buffer.from(text)).toString("hex").slice(0, 32);
}

let known: string | undefined;

/** Stands for this build of Strata and for the V8 that runs it. */
export function ownVersion(): string {
  known ??= findOwnVersion();
  return known;
}

function findOwnVersion(): string {
  const stamps = ownFiles().map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  });
  return shortHash([process.versions.v8, process.arch, ...stamps].join("\n"));
}

/** The files with the code that decides what is compiled: a module for each source file, or all bundled in one folder. */
function ownFiles(): string[] {
  const isBundled = !import.meta.url.includes("/translations/own-version.");
  const root = fileURLToPath(new URL(isBundled ? "." : "../../..", import.meta.url));
  const folders = isBundled ? ["."] : OWN_FOLDERS;
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name.toString())),
    )
    .filter((name) => /\.c?[jt]s$/.test(name))
    .sort();
}
