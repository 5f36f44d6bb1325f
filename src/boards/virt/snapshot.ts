/**
 * The file format of a saved machine:
 *
 *   "STRATA\0\1" | length of the board's state (u32) | that state as JSON, with the number of harts
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

const MAGIC = utf8("STRATA\0\x01");
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
  const words = new BigUint64Array(machine.ram.buffer, machine.ram.byteOffset, machine.ram.length / 8);
  for (let page = 0; page < machine.ram.length / PAGE; page++) {
    const first = (page * PAGE) / 8;
    if (words.subarray(first, first + PAGE / 8).every((word) => word === 0n)) continue;
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

function u32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, true);
  return bytes;
}
