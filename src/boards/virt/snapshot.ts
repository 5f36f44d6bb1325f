/**
 * The file format of a saved machine:
 *
 *   "STRATA\0\2" | length of the board's state (u32) | that state as JSON, with the number of harts
 *   | each hart's state | each page of RAM that is not zero: its number (u32), its 4096 bytes
 */

import { concatBytes, fromUtf8, utf8, viewOf } from "../../base/bytes.ts";
import { InputError } from "../../base/errors.ts";
import type { SavedDevices } from "./devices.ts";
import type { SavedTime } from "./time.ts";

/** What is not bytes. */
export interface SavedBoard {
  readonly memoryBytes: number;
  readonly stopped: readonly boolean[];
  /** Whose turn it was, and for how many more steps. */
  readonly turn: { readonly hart: number; readonly left: number };
  readonly time: SavedTime;
  readonly devices: SavedDevices;
}

export class SnapshotError extends InputError {
  override readonly name = "SnapshotError";
}

const MAGIC = utf8("STRATA\0\x02");
const PAGE = 4096;

interface Header {
  readonly board: SavedBoard;
  readonly hartBytes: readonly number[];
}

export function writeSnapshot(machine: {
  readonly harts: readonly Uint8Array[];
  readonly ram: Uint8Array;
  readonly board: SavedBoard;
}): Uint8Array {
  const header: Header = { board: machine.board, hartBytes: machine.harts.map(({ length }) => length) };
  const json = utf8(JSON.stringify(header));
  const parts = [MAGIC, u32(json.length), json, ...machine.harts];
  const words = wordsOf(machine.ram);
  for (let page = 0; page < machine.ram.length / PAGE; page++) {
    if (isZero(words, page)) continue;
    parts.push(u32(page), machine.ram.subarray(page * PAGE, (page + 1) * PAGE));
  }
  return concatBytes(parts);
}

/** Takes a snapshot apart. Throws SnapshotError where it is none, or cut off. */
export function readSnapshot(bytes: Uint8Array): {
  readonly harts: readonly Uint8Array[];
  readonly pages: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  readonly board: SavedBoard;
} {
  let offset = 0;
  const take = (length: number): Uint8Array => {
    if (offset + length > bytes.length)
      throw new SnapshotError(`the snapshot ends at byte ${bytes.length}, too early`);
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  const takeU32 = (): number => viewOf(take(4)).getUint32(0, true);
  if (take(MAGIC.length).some((byte, index) => byte !== MAGIC[index])) {
    throw new SnapshotError("this is no snapshot of a machine, or of another version of Strata");
  }
  const { board, hartBytes } = JSON.parse(fromUtf8(take(takeU32()))) as Header;
  const harts = hartBytes.map(take);
  const pages: { offset: number; bytes: Uint8Array }[] = [];
  while (offset < bytes.length) {
    const page = takeU32();
    if ((page + 1) * PAGE > board.memoryBytes)
      throw new SnapshotError(`page ${page} lies outside the machine's memory`);
    pages.push({ offset: page * PAGE, bytes: take(PAGE) });
  }
  return { harts, pages, board };
}

/** Makes RAM what it was; `changed` hears of all that was something else. */
export function rewriteRam(
  ram: Uint8Array,
  pages: ReturnType<typeof readSnapshot>["pages"],
  changed: (offset: number, length: number) => void,
): void {
  const words = wordsOf(ram);
  const zeros = new Uint8Array(PAGE);
  const saved = new Map(pages.map(({ offset, bytes }) => [offset / PAGE, bytes]));
  for (let page = 0; page < ram.length / PAGE; page++) {
    const bytes = saved.get(page);
    if (!bytes && isZero(words, page)) continue;
    // A snapshot's pages lie at any offset.
    const wanted = wordsOf(bytes?.slice() ?? zeros);
    const first = (page * PAGE) / 4;
    for (let word = 0; word < wanted.length; word++) {
      if (words[first + word] === wanted[word]) continue;
      const start = word;
      while (word < wanted.length && words[first + word] !== wanted[word]) word += 1;
      words.set(wanted.subarray(start, word), first + start);
      changed(4 * (first + start), 4 * (word - start));
    }
  }
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function isZero(words: Int32Array, page: number): boolean {
  const end = ((page + 1) * PAGE) / 4;
  for (let word = (page * PAGE) / 4; word < end; word++) if (words[word] !== 0) return false;
  return true;
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, true);
  return bytes;
}
