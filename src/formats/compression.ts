/** Tells how a stream is compressed by its first bytes. The decoders themselves are the host's. */

import type { Bytes } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";
import { ByteReader, type Chunks } from "./byte-reader.ts";

/** Compressed data that cannot be read. */
export class CompressionError extends InputError {
  override readonly name = "CompressionError";
}

/** The formats of Debian's indexes, packages and kernel modules. */
export type Compression = "xz" | "zstd" | "gzip";

/** The port: decodes a stream of one format; fails with an error of its own where the data is damaged. */
export type Decompress = (format: Compression, chunks: Chunks) => Chunks;

/** The xz file format 2.1.1.1; RFC 8878 3.1.1; RFC 1952 2.3.1. */
const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["gzip", [0x1f, 0x8b]],
];
const longestMagic = 6;

/** The format of data that begins with `head`; undefined where it is none of them. */
export function compressionOf(head: Bytes): Compression | undefined {
  return magics.find(([, magic]) => magic.every((byte, at) => head[at] === byte))?.[0];
}

/** The plain bytes of `chunks`, decoded where their first bytes say so. `file` names them in errors. */
export async function* decompressed(chunks: Chunks, decompress: Decompress, file: string): Chunks {
  const reader = new ByteReader(chunks);
  try {
    const head = await reader.take(longestMagic);
    const format = compressionOf(head);
    const whole = resumed(head, reader);
    yield* format ? decoded(decompress(format, whole), format, file) : whole;
  } finally {
    await reader.close();
  }
}

const pieceSize = 1 << 20;

async function* resumed(head: Bytes, reader: ByteReader): Chunks {
  yield head;
  for (let part = await reader.some(pieceSize); part; part = await reader.some(pieceSize)) yield part;
}

async function* decoded(chunks: Chunks, format: Compression, file: string): Chunks {
  try {
    yield* chunks;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new CompressionError(`Cannot decompress "${file}" (${format}): ${(error as Error).message}`);
  }
}
