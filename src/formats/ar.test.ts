import { expect, test } from "vitest";
import { concatBytes, fromUtf8, utf8 } from "../base/bytes.ts";
import { ArError, arMembers } from "./ar.ts";
import { collect } from "./byte-reader.ts";

function member(name: string, body: string): Uint8Array {
  const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(body.length).padEnd(10)}\`\n`;
  return utf8(header + body + (body.length % 2 ? "\n" : ""));
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const archive = concatBytes([
  utf8("!<arch>\n"),
  member("debian-binary", "2.0\n"),
  member("odd/", "abc"),
  member("e", ""),
]);

test.each([1, 7, 1000])("reads members from pieces of %i bytes", async (size) => {
  const found: [string, string][] = [];
  for await (const { name, body } of arMembers(pieces(archive, size), "a.deb")) {
    found.push([name, fromUtf8((await collect(body, 100)) ?? utf8("too long"))]);
  }
  expect(found).toEqual([
    ["debian-binary", "2.0\n"],
    ["odd", "abc"],
    ["e", ""],
  ]);
});

test("skips what is not read", async () => {
  const names: string[] = [];
  for await (const { name } of arMembers(pieces(archive, 9), "a.deb")) names.push(name);
  expect(names).toEqual(["debian-binary", "odd", "e"]);
});

async function failure(bytes: Uint8Array): Promise<unknown> {
  try {
    for await (const _ of arMembers(pieces(bytes, 50), "a.deb"));
  } catch (error) {
    return error;
  }
  return undefined;
}

test("says what is wrong, and where", async () => {
  expect(await failure(utf8("hello"))).toEqual(new ArError('Cannot read "a.deb": not an ar archive'));
  expect(await failure(archive.subarray(0, 100))).toEqual(
    new ArError('Cannot read "a.deb": no ar member header at offset 72'),
  );
  expect(await failure(archive.subarray(0, 70))).toEqual(
    new ArError('Cannot read "a.deb": it ends at offset 70, inside "debian-binary"'),
  );
});
