/**
 * Reads ar archives, which Debian packages are (deb(5); FreeBSD ar(5), "common" format).
 * Left out: long member names (`/123`, `#1/20`) and symbol tables, which packages do not have.
 */

import { type Bytes, fromUtf8 } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";
import { ByteReader, type Chunks } from "./byte-reader.ts";

/** An archive that cannot be read. */
export class ArError extends InputError {
  override readonly name = "ArError";
}

/** A file of an archive. Its body can be read until the next member is asked for. */
export interface ArMember {
  readonly name: string;
  readonly size: number;
  readonly body: Chunks;
}

const magic = "!<arch>\n";
const headerSize = 60;
const headerEnd = "`\n";

/**
 * The members of an archive in their order; what is not read of a body is skipped.
 *
 * @param file what error messages call the archive
 */
export async function* arMembers(chunks: Chunks, file: string): AsyncGenerator<ArMember> {
  const reader = new ByteReader(chunks);
  try {
    const found = fromUtf8(await reader.take(magic.length));
    if (found !== magic) throw new ArError(`Cannot read "${file}": not an ar archive`);
    for (;;) {
      const at = reader.offset;
      const header = await reader.take(headerSize);
      if (header.length === 0) return;
      const { name, size } = parseHeader(header, at, file);
      const body = bodyOf(reader, size, name, file);
      yield { name, size, body };
      for await (const _ of body);
      if (size % 2 === 1) await reader.take(1);
    }
  } finally {
    await reader.close();
  }
}

/** Header: name[16] mtime[12] uid[6] gid[6] mode[8] size[10] "`\n", all text padded with spaces. */
function parseHeader(header: Bytes, at: number, file: string): { name: string; size: number } {
  const text = fromUtf8(header);
  if (header.length < headerSize || text.slice(58) !== headerEnd) {
    throw new ArError(`Cannot read "${file}": no ar member header at offset ${at}`);
  }
  const size = text.slice(48, 58).trim();
  if (!/^\d+$/.test(size)) {
    throw new ArError(`Cannot read "${file}": member size is "${size}" at offset ${at + 48}`);
  }
  return { name: text.slice(0, 16).trim().replace(/\/$/, ""), size: Number(size) };
}

/** One iterator for both the caller and the skipping: whoever asks gets what is left. */
function bodyOf(reader: ByteReader, size: number, name: string, file: string): Chunks {
  let left = size;
  const next = async (): Promise<IteratorResult<Bytes>> => {
    if (left === 0) return { done: true, value: undefined };
    const part = await reader.some(left);
    if (!part) {
      throw new ArError(`Cannot read "${file}": it ends at offset ${reader.offset}, inside "${name}"`);
    }
    left -= part.length;
    return { done: false, value: part };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
