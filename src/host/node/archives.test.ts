import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { collect } from "../../formats/byte-reader.ts";
import { CompressionError, decompressed } from "../../formats/compression.ts";
import { decompress, untar } from "./archives.ts";

const text = "hello from a compressed file\n";
const files: [string, Uint8Array][] = [
  [
    "xz",
    Buffer.from(
      "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAcaGVsbG8gZnJvbSBhIGNvbXByZXNzZWQgZmlsZQoAAAAArHB6+fKUlK0AATUdRBux4R+2830BAAAAAARZWg==",
      "base64",
    ),
  ],
  ["zstd", Buffer.from("KLUv/QRo6QAAaGVsbG8gZnJvbSBhIGNvbXByZXNzZWQgZmlsZQoDKmd5", "base64")],
  ["gzip", gzipSync(text)],
  ["plain", utf8(text)],
];

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const plain = (bytes: Uint8Array, size: number) =>
  collect(decompressed(pieces(bytes, size), decompress, "f"), 1000);

test.each(files)("decompresses %s", async (_, bytes) => {
  for (const size of [1, 10, 1000]) expect(fromUtf8((await plain(bytes, size)) ?? utf8("?"))).toBe(text);
});

test.each(files.slice(0, 3))("reports damaged %s", async (format, bytes) => {
  await expect(plain(bytes.subarray(0, bytes.length - 20), 10)).rejects.toThrow(CompressionError);
  // fzstd does not look at checksums.
  if (format === "zstd") return;
  const damaged = Uint8Array.from(bytes, (byte, index) => (index > 10 ? byte ^ 0x55 : byte));
  await expect(plain(damaged, 10)).rejects.toThrow(CompressionError);
});

test("gives what a tar archive holds, read or not", async () => {
  const tar = pack();
  tar.entry({ name: "d", type: "directory" });
  tar.entry({ name: "d/big" }, "x".repeat(100_000));
  tar.entry({ name: "l", type: "symlink", linkname: "d" });
  tar.entry({ name: "d/small" }, "small");
  tar.finalize();
  const found: [string, number, string | undefined][] = [];
  for await (const { kind, path, size, target, body } of untar(tar as AsyncIterable<Uint8Array>)) {
    const bytes = path === "d/small" ? await collect(body, 100) : undefined;
    found.push([`${kind} ${path} ${target}`, size, bytes && fromUtf8(bytes)]);
  }
  expect(found).toEqual([
    ["directory d ", 0, undefined],
    ["file d/big ", 100_000, undefined],
    ["symlink l d", 0, undefined],
    ["file d/small ", 5, "small"],
  ]);
});

test("a tar archive that fails fails its reader", async () => {
  async function* broken() {
    yield new Uint8Array(512).fill(0x41);
    throw new Error("no more");
  }
  const read = async () => {
    for await (const _ of untar(broken()));
  };
  await expect(read()).rejects.toThrow();
});
