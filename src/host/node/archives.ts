/**
 * Decompression and tar, by libraries: xz-decompress, fzstd, Node's zlib, and tar-stream.
 * The checksum inside zstd data is not verified: what comes here was verified as a whole.
 */

import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { Decompress as ZstdDecompress } from "fzstd";
import { extract } from "tar-stream";
import xz from "xz-decompress";
import type { Chunks } from "../../formats/byte-reader.ts";
import type { Compression } from "../../formats/compression.ts";
import type { TarEntry } from "../../guests/debian/ports.ts";

/** The plain bytes of a compressed stream. */
export function decompress(format: Compression, chunks: Chunks): Chunks {
  switch (format) {
    case "gzip":
      return Readable.from(chunks).compose(createGunzip());
    case "xz":
      return unxz(chunks);
    case "zstd":
      return unzstd(chunks);
  }
}

async function* unxz(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const source = Readable.toWeb(Readable.from(chunks)) as ConstructorParameters<
    typeof xz.XzReadableStream
  >[0];
  yield* new xz.XzReadableStream(source) as unknown as ReadableStream<Uint8Array>;
}

async function* unzstd(chunks: Chunks): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decoder = new ZstdDecompress((chunk) => ready.push(chunk));
  for await (const chunk of chunks) {
    decoder.push(chunk);
    yield* ready;
    ready = [];
  }
  decoder.push(new Uint8Array(0), true);
  yield* ready;
}

/** All that a tar archive holds. */
export async function* untar(chunks: Chunks): AsyncGenerator<TarEntry> {
  const archive = extract();
  const source = Readable.from(chunks);
  source.on("error", (error) => archive.destroy(error));
  source.pipe(archive);
  try {
    for await (const entry of archive) {
      const { name, type, size = 0, mode = 0, mtime, linkname } = entry.header;
      yield {
        kind: kindOf(type),
        path: name,
        size,
        mode: mode & 0o7777,
        mtime: Math.trunc((mtime?.getTime() ?? 0) / 1000),
        target: linkname ?? "",
        body: entry as unknown as Chunks,
      };
      entry.resume();
    }
  } finally {
    source.destroy();
  }
}

function kindOf(type: string | null | undefined): TarEntry["kind"] {
  if (type === "contiguous-file") return "file";
  return type === "file" || type === "directory" || type === "symlink" || type === "link" ? type : "other";
}
