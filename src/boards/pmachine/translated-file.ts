/**
 * A program translated ahead of time: the WebAssembly module, with the program itself in the custom section "strata.pco", for
 * its constants and for what is said of errors. docs/pcode.md, "Translated programs".
 */

import { readPco, writePco } from "../../formats/pco.ts";
import { ProgramError, type ProgramImage } from "./program-image.ts";

const SECTION = "strata.pco";
const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const MODULE_HEADER_BYTES = 8;

export interface TranslatedProgram {
  readonly image: ProgramImage;
  readonly module: Uint8Array<ArrayBuffer>;
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** The module with its program. */
export function packTranslated(image: ProgramImage, module: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(SECTION);
  const program = writePco(image);
  const header = [0, ...unsigned(1 + name.length + program.length), name.length, ...name];
  const file = new Uint8Array(module.length + header.length + program.length);
  file.set(module);
  file.set(header, module.length);
  file.set(program, module.length + header.length);
  return file;
}

export function isTranslated(file: Uint8Array): boolean {
  return MAGIC.every((byte, index) => file[index] === byte);
}

/** Takes the program out of a module; throws ProgramError where there is none. */
export function unpackTranslated(file: Uint8Array<ArrayBuffer>): TranslatedProgram {
  const program = findSection(file);
  if (!program)
    throw new ProgramError(`the module has no section "${SECTION}": it is no program of the p-machine`);
  return { image: readPco(program), module: file };
}

function findSection(file: Uint8Array): Uint8Array | undefined {
  let at = MODULE_HEADER_BYTES;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = file[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    return value >>> 0;
  };
  while (at < file.length) {
    const id = file[at++];
    const length = number();
    const end = at + length;
    if (id === 0 && end <= file.length) {
      const nameLength = number();
      const name = new TextDecoder().decode(file.subarray(at, at + nameLength));
      if (name === SECTION) return file.subarray(at + nameLength, end);
    }
    at = end;
  }
  return undefined;
}
