import { expect, test } from "vitest";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { collect } from "./byte-reader.ts";
import { CompressionError, compressionOf, type Decompress, decompressed } from "./compression.ts";

async function* pieces(...parts: (string | number[])[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? utf8(part) : Uint8Array.from(part);
}

const counted: Decompress = async function* (format, chunks) {
  yield utf8(`${format}:${(await collect(chunks, 100))?.length}`);
};

test("knows formats by their magic", () => {
  expect(compressionOf(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0))).toBe("xz");
  expect(compressionOf(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd))).toBe("zstd");
  expect(compressionOf(Uint8Array.of(0x1f, 0x8b, 8))).toBe("gzip");
  expect(compressionOf(utf8("text"))).toBeUndefined();
  expect(compressionOf(utf8(""))).toBeUndefined();
});

test("decodes the whole stream, or passes it on", async () => {
  const text = async (chunks: AsyncIterable<Uint8Array>) =>
    fromUtf8((await collect(chunks, 100)) ?? utf8("?"));
  expect(await text(decompressed(pieces([0x1f], [0x8b, 1, 2, 3, 4, 5, 6, 7]), counted, "x"))).toBe("gzip:9");
  expect(await text(decompressed(pieces("plain ", "text"), counted, "x"))).toBe("plain text");
  expect(await text(decompressed(pieces(), counted, "x"))).toBe("");
});

test("names the file that is damaged", async () => {
  const broken: Decompress = () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("bad data")) }),
  });
  await expect(collect(decompressed(pieces([0x1f, 0x8b]), broken, "a.gz"), 10)).rejects.toEqual(
    new CompressionError('Cannot decompress "a.gz" (gzip): bad data'),
  );
});
