/** The files that a program is made of before it runs: itself, its interpreter, and the libraries that they name (ld.so(8)). */

import { byteString, fromUtf8, viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Elf } from "../../formats/elf.ts";
import { credentialsOf } from "../fs/credentials.ts";
import type { MountTable, View } from "../fs/mount-table.ts";
import { readProgram } from "./program-file.ts";

export interface ProgramPart {
  readonly path: string;
  readonly elf: Elf;
  /** The whole file. */
  readonly bytes: Uint8Array;
}

const SHT_DYNAMIC = 6;
const DT_NEEDED = 1n;
/** Where ld.so looks without being told: Debian's directories, and the plain ones. */
const FOLDERS = ["/lib/riscv64-linux-gnu", "/usr/lib/riscv64-linux-gnu", "/lib", "/usr/lib"];

/** The parts of the program at a path of the guest's, libraries once each; libraries that are not found are left out. */
export function programParts(mounts: MountTable, machine: number, path: string): Outcome<ProgramPart[]> {
  const view: View = { root: mounts.root, directory: mounts.root, credentials: credentialsOf(0, 0) };
  const parts = new Map<unknown, ProgramPart>();
  const add = (file: string): Outcome<number> => {
    const place = mounts.walk(view, file, { follow: true });
    if (failed(place)) return place;
    if (parts.has(place.node)) return 0;
    const found = readProgram({ mounts, view, machine }, place, file, []);
    if (failed(found)) return found;
    const { program } = found;
    if (!program) return 0;
    for (const { place: where, elf } of [program, ...(program.interpreter ? [program.interpreter] : [])]) {
      const bytes = fileOf(elf);
      if (bytes) parts.set(where.node, { path: where.name, elf, bytes });
    }
    for (const library of neededLibraries(program.elf)) {
      for (const folder of FOLDERS) if (!failed(add(`${folder}/${library}`))) break;
    }
    return 0;
  };
  const done = add(path);
  return failed(done) ? done : [...parts.values()];
}

/** The file that an ELF's segments are views of. */
function fileOf({ segments }: Elf): Uint8Array | undefined {
  const [first] = segments;
  return first && new Uint8Array(first.bytes.buffer);
}

function neededLibraries({ sections }: Elf): string[] {
  const dynamic = sections.find(({ type }) => type === SHT_DYNAMIC);
  const strings = dynamic && sections[dynamic.link]?.bytes;
  if (!dynamic || !strings) return [];
  const view = viewOf(dynamic.bytes);
  const names: string[] = [];
  for (let at = 0; at + 16 <= dynamic.bytes.length; at += 16) {
    if (view.getBigInt64(at, true) !== DT_NEEDED) continue;
    const text = byteString(strings.subarray(Number(view.getBigUint64(at + 8, true)))).replace(/\0.*$/s, "");
    names.push(fromUtf8(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  }
  return names;
}
