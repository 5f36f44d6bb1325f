import { expect, test } from "vitest";
import { utf8 } from "../base/bytes.ts";
import { packageParagraphs, parseDeb822 } from "./deb822.ts";

test("gives fields by name, whatever its case, with their continuation lines", () => {
  const [first, second, ...none] = parseDeb822(
    "# comment\nTypes: deb\nURIs: http://example.invalid/debian\nSigned-By:\n one\n two\n\n\nsuites: a b\n",
  );
  expect(none).toEqual([]);
  expect(first?.get("Types")).toBe("deb");
  expect(first?.get("URIs")).toBe("http://example.invalid/debian");
  expect(first?.get("Signed-By")).toBe("one\n two");
  expect(first?.get("Suites")).toBeUndefined();
  expect(second?.get("Suites")).toBe("a b");
});

const index =
  "Package: a\nVersion: 1\nDescription: x\n Version: 9\n\nPackage: b\nVersion: 2\n\nPackage: ü\nVersion: 3\n";

test.each([1, 5, 1000])("streams an index in pieces of %i bytes", async (size) => {
  const bytes = utf8(index);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found: unknown[] = [];
  for await (const paragraph of packageParagraphs(pieces(), (name) => name !== "b")) {
    found.push([paragraph.get("Package"), paragraph.get("Version")]);
  }
  expect(found).toEqual([
    ["a", "1"],
    ["ü", "3"],
  ]);
});
