/**
 * What execve(2) finds in a file: an ELF program, or a script that names another program. Nothing is changed here, so that a
 * file which cannot be run leaves the process as it was.
 */

import { byteString, fromUtf8, viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { type Elf, ElfError, ET_DYN, ET_EXEC, PT_INTERP, PT_LOAD, readElf } from "../../formats/elf.ts";
import { mayAccess } from "../fs/credentials.ts";
import { type MountTable, typeOf, type View } from "../fs/mount-table.ts";
import { Mode, type Place } from "../fs/place.ts";
import { PAGE } from "../memory/frames.ts";

/** A program and the one that loads it (ld.so(8)). */
export interface ElfProgram {
  readonly place: Place;
  readonly elf: Elf;
  readonly interpreter: { readonly place: Place; readonly elf: Elf } | undefined;
}

export interface ProgramFile {
  readonly place: Place;
  /** Undefined where it is for the platform's own processor. */
  readonly program: ElfProgram | undefined;
  /** As the program gets it: a script's interpreter and its argument come first. */
  readonly arguments: readonly string[];
}

/** Bytes of a script's first line that are heeded (BINPRM_BUF_SIZE). */
const FIRST_LINE = 256;
/** Scripts that are run by scripts. */
const MOST_SCRIPTS = 5;
/** The longest executable file: it is read whole. */
const LONGEST_PROGRAM = 1 << 30;

const ELF_HEADER = 64;
const E_MACHINE = 18;
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** How programs are found. */
export interface ProgramSearch {
  readonly mounts: MountTable;
  readonly view: View;
  /** e_machine of what runs here, and of what the platform may run. */
  readonly machine: number;
  readonly hostMachine?: number | undefined;
}

/** Looks at the file at a place. ElfError says what is wrong with an ELF file. */
export function readProgram(
  search: ProgramSearch,
  place: Place,
  path: string,
  args: readonly string[],
): Outcome<ProgramFile> {
  let [file, name, all] = [place, path, args];
  for (let scripts = 0; scripts <= MOST_SCRIPTS; scripts++) {
    const bytes = readExecutable(search, file);
    if (failed(bytes)) return bytes;
    if (bytes[0] !== 0x23 || bytes[1] !== 0x21) {
      if (isForHost(search, bytes)) return { place: file, program: undefined, arguments: all };
      const program = readProgramElf(search, file, bytes);
      return failed(program) ? program : { place: file, program, arguments: all };
    }
    const line = scriptLine(bytes);
    if (!line) return { errno: "ENOEXEC" };
    all = [line.interpreter, ...(line.argument === "" ? [] : [line.argument]), name, ...all.slice(1)];
    const interpreter = search.mounts.walk(search.view, line.interpreter, { follow: true });
    if (failed(interpreter)) return interpreter;
    [file, name] = [interpreter, line.interpreter];
  }
  return { errno: "ELOOP" };
}

/** Whether a file is a program for the platform's own processor, which is not the one that runs here. */
function isForHost({ machine, hostMachine }: ProgramSearch, bytes: Uint8Array): boolean {
  if (hostMachine === undefined || hostMachine === machine || bytes.length < ELF_HEADER) return false;
  const isElf = ELF_MAGIC.every((byte, index) => bytes[index] === byte);
  return isElf && viewOf(bytes).getUint16(E_MACHINE, true) === hostMachine;
}

/** The interpreter and its one argument (execve(2), "Interpreter scripts"). */
function scriptLine(bytes: Uint8Array): { interpreter: string; argument: string } | undefined {
  const start = byteString(bytes.subarray(2, FIRST_LINE));
  const line = (start.split("\n")[0] ?? "").replace(/^[ \t]+|[ \t]+$/g, "");
  const [, interpreter = "", argument = ""] = /^(\S+)[ \t]*(.*)$/.exec(line) ?? [];
  return interpreter === "" ? undefined : { interpreter, argument };
}

function readExecutable({ view }: ProgramSearch, { node }: Place): Outcome<Uint8Array> {
  if (typeOf(node) !== Mode.S_IFREG) return { errno: "EACCES" };
  const attributes = node.attributes();
  if (failed(attributes)) return attributes;
  const anyone = (attributes.mode & 0o111) !== 0;
  if (!anyone || !mayAccess(attributes, view.credentials, 1)) return { errno: "EACCES" };
  return readWhole(node, attributes);
}

function readWhole(node: Place["node"], { size }: Attributes): Outcome<Uint8Array> {
  if (size > BigInt(LONGEST_PROGRAM)) return { errno: "EFBIG" };
  const file = node.open({ read: true, write: false, truncate: false });
  if (failed(file)) return file;
  const bytes = new Uint8Array(Number(size));
  const count = file.read(0, bytes);
  file.close();
  return failed(count) ? count : bytes.subarray(0, count);
}

function readProgramElf(search: ProgramSearch, place: Place, bytes: Uint8Array): Outcome<ElfProgram> {
  if (ELF_MAGIC.some((byte, index) => bytes[index] !== byte)) return { errno: "ENOEXEC" };
  const elf = readElf(bytes, fromUtf8(nameBytes(place)), search.machine);
  checkSegments(elf, place);
  const name = elf.segments.find(({ type }) => type === PT_INTERP)?.bytes;
  if (!name) return { place, elf, interpreter: undefined };
  const path = byteString(name).replace(/\0.*$/s, "");
  const found = search.mounts.walk(search.view, path, { follow: true });
  if (failed(found)) throw new MissingInterpreter(place.name, path);
  const content = readExecutable(search, found);
  if (failed(content)) return content;
  const interpreter = { place: found, elf: readElf(content, path, search.machine) };
  checkSegments(interpreter.elf, found);
  return { place, elf, interpreter };
}

function nameBytes({ name }: Place): Uint8Array {
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}

/** The program's interpreter is not there; Linux says ENOENT of the program. */
export class MissingInterpreter extends ElfError {
  constructor(program: string, interpreter: string) {
    super(`Cannot load ELF "${program}": its interpreter "${interpreter}" is not there (is --root right?)`);
  }
}

/** Segments must be loadable where they say: in order, apart, with their place in the file on the same part of a page. */
function checkSegments({ type, segments }: Elf, { name }: Place): void {
  const refuse = (why: string) => new ElfError(`Cannot load ELF "${name}": ${why}`);
  if (type !== ET_EXEC && type !== ET_DYN) throw refuse(`e_type is ${type}, which is no program`);
  let end = 0;
  let some = false;
  for (const [index, { type: kind, address, memorySize, offset }] of segments.entries()) {
    if (kind !== PT_LOAD) continue;
    some = true;
    if (address + memorySize > HIGHEST) throw refuse(`segment ${index} ends above 4 GiB`);
    if (Number(address) % PAGE !== offset % PAGE) throw refuse(`segment ${index} is not aligned`);
    if (Number(address) < end) throw refuse(`segment ${index} overlaps the one before it`);
    end = Number(address + memorySize);
  }
  if (!some) throw refuse("it has no segment to load");
}

const HIGHEST = 0xff00_0000n;
