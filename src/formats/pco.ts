/**
 * Programs of the p-machine as files, .pco (docs/pcode.md, "Files"). Numbers are little-endian; in a section of records they
 * are LEB128, and strings are their length and UTF-8.
 *
 *   0   "PCO" and a line feed
 *   4   version, 1 (u32)
 *   8   CRC-32 of all that follows the header (u32)
 *   12  how many bytes that are (u32)
 *   16  sections: a name of four letters, a length (u32), and so many bytes
 *
 * MAIN: entry, bytes of globals, name, name of the source, files. CODE: words. DATA: constants. PROC, LINE, FAIL: what is
 * known of routines, positions in the source, and what checks mean; VARS: the variables of each routine (pco-variables.ts).
 * Each of these may be absent.
 */

import { crc32 } from "../base/crc32.ts";
import { PcoError, Reader, Writer } from "./pco-records.ts";
import { type PcoType, type PcoVariable, readVariables, variableSection } from "./pco-variables.ts";

export interface PcoRoutine {
  readonly name: string;
  readonly level: number;
  /** Its first instruction, and the one after its last. */
  readonly start: number;
  readonly end: number;
  /** Bytes of its frame for what its caller puts there. */
  readonly argumentBytes: number;
  /** Places in its frame that only its own code reaches, each always as a whole. */
  readonly privates: readonly number[];
  /** None where that is not known. */
  readonly variables: readonly PcoVariable[];
}

/** Places in the source, in the order of the code: from `instructions[n]` on, it is of `lines[n]` and `columns[n]`, from 1. */
export interface PcoPositions {
  readonly instructions: Int32Array;
  readonly lines: Int32Array;
  readonly columns: Int32Array;
}

export interface PcoProgram {
  readonly name: string;
  /** The file that the source was in. */
  readonly source: string;
  readonly code: Uint32Array;
  readonly constants: Uint8Array;
  readonly globalBytes: number;
  /** The instruction where the program begins. */
  readonly entry: number;
  readonly routines: readonly PcoRoutine[];
  readonly positions: PcoPositions;
  /** What it means where a check fails, by name. */
  readonly errors: readonly { readonly instruction: number; readonly error: string }[];
  /** Program parameters. */
  readonly files: readonly string[];
  /** The types of variables, by number. */
  readonly types: readonly PcoType[];
}

const MAGIC = [0x50, 0x43, 0x4f, 0x0a];
const VERSION = 1;
const HEADER_BYTES = 16;
/** Bytes that a file may have. */
const MOST_BYTES = 1 << 26;

/** The file of a program. */
export function writePco(program: PcoProgram): Uint8Array {
  const { code, constants } = program;
  const sections: readonly (readonly [string, Uint8Array])[] = [
    ["MAIN", mainSection(program)],
    ["CODE", new Uint8Array(code.buffer, code.byteOffset, code.byteLength)],
    ["DATA", constants],
    ["PROC", routineSection(program)],
    ["LINE", positionSection(program)],
    ["FAIL", errorSection(program)],
    ["VARS", variableSection(program)],
  ];
  const length = sections.reduce((sum, [, bytes]) => sum + 8 + bytes.length, 0);
  const file = new Uint8Array(HEADER_BYTES + length);
  const view = new DataView(file.buffer);
  let at = HEADER_BYTES;
  for (const [name, bytes] of sections) {
    file.set(new TextEncoder().encode(name), at);
    view.setUint32(at + 4, bytes.length, true);
    file.set(bytes, at + 8);
    at += 8 + bytes.length;
  }
  file.set(MAGIC);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, crc32(file.subarray(HEADER_BYTES)), true);
  view.setUint32(12, length, true);
  return file;
}

function mainSection({ entry, globalBytes, name, source, files }: PcoProgram): Uint8Array {
  const out = new Writer().number(entry).number(globalBytes).string(name).string(source);
  return out.list(files, (file) => out.string(file)).bytes;
}

function routineSection({ routines }: PcoProgram): Uint8Array {
  const out = new Writer();
  out.list(routines, ({ name, level, start, end, argumentBytes, privates }) => {
    out.string(name).number(level).number(start).number(end).number(argumentBytes);
    out.list(privates, (offset) => out.number(offset));
  });
  return out.bytes;
}

function positionSection({ positions }: PcoProgram): Uint8Array {
  const { instructions, lines, columns } = positions;
  const out = new Writer();
  let before = 0;
  out.list([...instructions.keys()], (index) => {
    const instruction = instructions[index] ?? 0;
    out
      .number(instruction - before)
      .number(lines[index] ?? 0)
      .number(columns[index] ?? 0);
    before = instruction;
  });
  return out.bytes;
}

function errorSection({ errors }: PcoProgram): Uint8Array {
  const names = [...new Set(errors.map(({ error }) => error))];
  const out = new Writer();
  out.list(names, (name) => out.string(name));
  let before = 0;
  out.list(errors, ({ instruction, error }) => {
    out.number(instruction - before).number(names.indexOf(error));
    before = instruction;
  });
  return out.bytes;
}

/** The program of a file; throws PcoError where it is none. */
export function readPco(file: Uint8Array): PcoProgram {
  const sections = readSections(file);
  const section = (name: string): Uint8Array | undefined => sections.get(name);
  const main = section("MAIN");
  const code = section("CODE");
  if (!main || !code) throw new PcoError("there is no section MAIN or CODE");
  if (code.length % 4 !== 0) throw new PcoError("the section CODE is no whole number of instructions");
  const head = new Reader(main, "MAIN");
  const reader = (name: string): Reader => new Reader(section(name) ?? new Uint8Array([0, 0]), name);
  const routines = readRoutines(reader("PROC"));
  const { types, variables } = readVariables(reader("VARS"));
  return {
    entry: head.number(),
    globalBytes: head.number(),
    name: head.string(),
    source: head.string(),
    files: head.list(() => head.string()),
    code: new Uint32Array(Uint8Array.from(code).buffer),
    constants: Uint8Array.from(section("DATA") ?? []),
    routines: routines.map((routine, index) => ({ ...routine, variables: variables[index] ?? [] })),
    positions: readPositions(reader("LINE")),
    errors: readErrors(reader("FAIL")),
    types,
  };
}

function readSections(file: Uint8Array): ReadonlyMap<string, Uint8Array> {
  if (file.length < HEADER_BYTES || MAGIC.some((byte, index) => file[index] !== byte)) {
    throw new PcoError("this is no program of the p-machine");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new PcoError(`its version is ${version}, not ${VERSION}`);
  if (file.length > MOST_BYTES || view.getUint32(12, true) !== file.length - HEADER_BYTES) {
    throw new PcoError("its length is not what its header says");
  }
  if (view.getUint32(8, true) !== crc32(file.subarray(HEADER_BYTES)))
    throw new PcoError("its checksum is wrong");
  const sections = new Map<string, Uint8Array>();
  for (let at = HEADER_BYTES; at < file.length; ) {
    if (at + 8 > file.length) throw new PcoError(`a section at ${at} has no header`);
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > file.length) throw new PcoError(`the section at ${at} is longer than the file`);
    sections.set(String.fromCharCode(...file.subarray(at, at + 4)), file.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return sections;
}

function readRoutines(from: Reader): readonly Omit<PcoRoutine, "variables">[] {
  return from.list(() => ({
    name: from.string(),
    level: from.number(),
    start: from.number(),
    end: from.number(),
    argumentBytes: from.number(),
    privates: from.list(() => from.number()),
  }));
}

function readPositions(from: Reader): PcoPositions {
  const [instructions, lines, columns]: [number[], number[], number[]] = [[], [], []];
  let instruction = 0;
  from.list(() => {
    instruction += from.number();
    instructions.push(instruction);
    lines.push(from.number());
    columns.push(from.number());
  });
  return {
    instructions: Int32Array.from(instructions),
    lines: Int32Array.from(lines),
    columns: Int32Array.from(columns),
  };
}

function readErrors(from: Reader): PcoProgram["errors"] {
  const names = from.list(() => from.string());
  let instruction = 0;
  return from.list(() => {
    instruction += from.number();
    return { instruction, error: names[from.number()] ?? "" };
  });
}
