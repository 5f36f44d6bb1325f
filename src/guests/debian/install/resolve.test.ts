import { describe, expect, test } from "vitest";
import { parseDeb822 } from "../../../formats/deb822.ts";
import { inDependencyOrder } from "./order.ts";
import { Package } from "./package.ts";
import { PackageIndex } from "./package-index.ts";
import { parseRelations, relationText } from "./relations.ts";
import { resolve } from "./resolve.ts";

/** Packages of one line each: `name version; Field: value; …`. */
function packages(...lines: string[]): Package[] {
  return lines.map((line) => {
    const [head = "", ...fields] = line.split(/;\s*/);
    const [name, version = "1"] = head.split(" ");
    const text = [`Package: ${name}`, `Version: ${version}`, "Architecture: riscv64", ...fields].join("\n");
    return new Package(parseDeb822(text)[0] as never);
  });
}

const chosen = (wanted: string, lines: string[], installed: string[] = []) =>
  resolve(new PackageIndex(packages(...lines)), wanted.split(" "), packages(...installed))
    .map(({ name }) => name)
    .sort()
    .join(" ");

describe("relations", () => {
  test("are read as the policy writes them", () => {
    const text = "libc6 (>= 2.38), debconf | debconf-2.0, python3:any, old (<2), !bad!";
    expect(parseRelations(text).map((group) => group.map(relationText).join("|"))).toEqual([
      "libc6 (>= 2.38)",
      "debconf|debconf-2.0",
      "python3:any",
      "old (<= 2)",
    ]);
    expect(parseRelations(undefined)).toEqual([]);
  });

  test.each([
    ["a (<< 2)", true],
    ["a (<< 1.5)", false],
    ["a (= 1.5)", true],
    ["a (>> 1.5~rc1)", true],
    ["a (>= 1:0)", false],
    ["a:riscv64", true],
    ["a:amd64", false],
    ["a:any", false],
    ["virtual", true],
    ["virtual (>= 1)", false],
    ["versioned (>= 3)", true],
    ["versioned (>= 4)", false],
  ])("%s: %s", (relation, holds) => {
    const [item] = packages("a 1.5; Provides: virtual, versioned (= 3)");
    expect(item?.satisfies(parseRelations(relation)[0]?.[0] as never)).toBe(holds);
  });

  test("for any architecture need a package that allows it", () => {
    const [item] = packages("python3; Multi-Arch: allowed");
    expect(item?.satisfies({ name: "python3", qualifier: "any" })).toBe(true);
  });
});

describe("a choice of packages", () => {
  test("has what is wanted, the essential ones, and all that they depend on", () => {
    const lines = ["a; Depends: b", "b; Pre-Depends: c", "c", "d", "base; Essential: yes; Depends: e", "e"];
    expect(chosen("a", lines)).toBe("a b base c e");
  });

  test("takes the newest version, and an older one where that is asked for", () => {
    const index = new PackageIndex(packages("a 1", "a 2", "b; Depends: a (<< 2)"));
    expect(resolve(index, ["a"]).map(({ version }) => version)).toEqual(["2"]);
    expect(resolve(index, ["b"]).map(({ version }) => version)).toEqual(["1", "1"]);
  });

  test("takes the first alternative, unless another one is there anyway", () => {
    expect(chosen("a", ["a; Depends: b | c", "b", "c"])).toBe("a b");
    expect(chosen("a", ["a; Depends: b | c, c", "b", "c"])).toBe("a c");
    expect(chosen("a", ["a; Depends: b | c", "b", "c"], ["c"])).toBe("a");
    expect(chosen("a", ["a; Depends: missing | c", "c"])).toBe("a c");
  });

  test("takes the most important provider of a virtual package", () => {
    const lines = ["a; Depends: awk", "gawk; Provides: awk; Priority: optional"];
    expect(chosen("a", [...lines, "mawk; Provides: awk; Priority: required"])).toBe("a mawk");
    expect(chosen("a gawk", [...lines, "mawk; Provides: awk; Priority: required"])).toBe("a gawk");
  });

  test("avoids conflicts, and says where it cannot", () => {
    const lines = ["a; Depends: b | c", "b; Conflicts: d", "c", "d", "e; Breaks: d (<< 2)"];
    expect(chosen("d a", lines)).toBe("a c d");
    expect(() => chosen("d e", lines)).toThrow(/e 1.* conflicts with d 1|d 1 conflicts with e 1|conflicts/);
    expect(chosen("x", ["x; Provides: y; Conflicts: y"])).toBe("x");
  });

  test("says what is missing", () => {
    expect(() => chosen("z", ["a"])).toThrow("The archive has no package z");
    expect(() => chosen("Z!", ["a"])).toThrow('"Z!" is not the name of a package');
    expect(() => chosen("a", ["a; Depends: b (>= 2)", "b"])).toThrow(
      "a 1 depends on b (>= 2), which the archive does not have",
    );
  });

  test("keeps what is installed", () => {
    expect(chosen("a", ["a 2; Depends: b", "b 2"], ["b 1"])).toBe("a");
    expect(() => chosen("a", ["a; Depends: b (>= 2)", "b 2"], ["b 1"])).toThrow("b 1 is installed");
  });

  test("leaves out other architectures", () => {
    const foreign = new Package(parseDeb822("Package: a\nVersion: 1\nArchitecture: amd64")[0] as never);
    expect(() => resolve(new PackageIndex([foreign]), ["a"])).toThrow("no package a");
  });
});

describe("the order", () => {
  const order = (...lines: string[]) => inDependencyOrder(packages(...lines)).map(({ name }) => name);

  test("is that of dependencies", () => {
    expect(order("a; Depends: b", "b; Depends: c", "c")).toEqual(["c", "b", "a"]);
  });

  test("goes through circles, and keeps to Pre-Depends in them", () => {
    expect(order("a; Depends: b", "b; Pre-Depends: c", "c; Depends: a").indexOf("c")).toBeLessThan(
      order("a; Depends: b", "b; Pre-Depends: c", "c; Depends: a").indexOf("b"),
    );
    expect(order("a; Pre-Depends: b", "b; Pre-Depends: a").sort()).toEqual(["a", "b"]);
  });

  test("of a long chain needs no deep stack", () => {
    const lines = Array.from({ length: 800 }, (_, at) => `p${at}; Depends: p${at + 1}`);
    expect(order(...lines, "p800")[0]).toBe("p800");
  });
});
