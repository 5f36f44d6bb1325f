import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KeptRegion } from "../../../engine/translation-cache.ts";
import { FunctionWriter } from "../../../wasm/function-writer.ts";
import { ModuleWriter } from "../../../wasm/module-writer.ts";
import { compileOptimized } from "../wasm-flags.ts";
import { TranslationDirectory } from "./translation-directory.ts";

compileOptimized();

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strata-translations-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A module whose function "0" gives a number. */
function codeOf(value: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  const code = new FunctionWriter({ params: [], results: ["i32"] });
  code.i32(value);
  module.export("0", "function", module.function(code, "region0"));
  return module.encode();
}

function regionOf(pageHash: number, version = 1): KeptRegion {
  return {
    ...{
      heads: [0],
      entries: [0],
      blocks: [[0, 4]],
      instructions: 1,
      exits: [4],
      calls: [],
      isFull: false,
      isCareful: false,
    },
    ...{ jumpTargets: [[2, [8, 12]]], version, bytes: 10, code: new Uint8Array([1, 2, 3, 4]) },
    pages: [{ distance: 0, hashes: [pageHash] }],
  };
}

function keep(directory: TranslationDirectory, pageHash: number, value: number, version = 1): KeptRegion {
  const region = regionOf(pageHash, version);
  const code = codeOf(value);
  directory.regions("layout").keep(region, { module: new WebAssembly.Module(code), code }, "0");
  return region;
}

/** What the functions of the regions with a page give, the newest first; "gone" for one that cannot be loaded. */
function found(directory: TranslationDirectory, pageHash: number, layout = "layout") {
  const regions = directory.regions(layout);
  return regions.find(pageHash).map((region) => {
    const loaded = regions.load(region);
    if (!loaded) return "gone";
    return (new WebAssembly.Instance(loaded.module).exports[loaded.name] as () => number)();
  });
}

/** Opens the directory, does something, and closes it. */
function using<T>(what: (directory: TranslationDirectory) => T, mostBytes?: number): T {
  const directory = new TranslationDirectory(root, mostBytes);
  try {
    return what(directory);
  } finally {
    directory.close();
  }
}

/** The files below the directory that end in something. */
function files(ending: string): string[] {
  return readdirSync(root, { recursive: true })
    .map((name) => join(root, name.toString()))
    .filter((path) => path.endsWith(ending));
}

describe("a directory of translations", () => {
  test("gives what an earlier run kept, by page and layout", () => {
    using((directory) => keep(directory, 1, 42));
    using((directory) => {
      expect(found(directory, 1)).toEqual([42]);
      expect(directory.regions("layout").find(1)).toEqual([
        { ...regionOf(1), code: Buffer.from([1, 2, 3, 4]) },
      ]);
      expect(found(directory, 2)).toEqual([]);
      expect(found(directory, 1, "another layout")).toEqual([]);
    });
  });

  test("gives the newest first, of one run and of several", () => {
    using((directory) => {
      keep(directory, 1, 1);
      keep(directory, 1, 2);
    });
    expect(using((directory) => found(directory, 1))).toEqual([2, 1]);
  });

  test("does not keep what was replaced in the same run", () => {
    using((directory) => {
      const old = keep(directory, 1, 1);
      keep(directory, 1, 2, 2);
      directory.regions("layout").forget(old);
    });
    expect(using((directory) => found(directory, 1))).toEqual([2]);
  });

  test("writes while the run goes on, and several runs at a time", () => {
    using((one) => {
      using((other) => {
        for (let value = 0; value < 300; value++) keep(one, 1, value);
        for (let value = 1000; value < 1040; value++) keep(other, 1, value);
      });
      expect(files(".tmp")).toHaveLength(1);
    });
    expect(files(".tmp")).toEqual([]);
    expect(using((directory) => found(directory, 1)).sort()).toHaveLength(340);
  });

  test("makes one pack of many", () => {
    for (let value = 0; value < 15; value++) using((directory) => keep(directory, value % 2, value));
    expect(files(".pack").length).toBeLessThan(13);
    const values = using((directory) => [...found(directory, 0), ...found(directory, 1)]);
    expect(values.sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 15 }, (_, value) => value),
    );
  });

  test("keeps a module by its name", () => {
    const name = "interpreter";
    using((directory) => directory.module(name, () => codeOf(7)));
    const module = using((directory) => directory.module(name, () => expect.unreachable()));
    expect((new WebAssembly.Instance(module).exports["0"] as () => number)()).toBe(7);
  });

  test.each([".index", ".pack", ".module"])("a damaged file %s is as good as none", (ending) => {
    using((directory) => {
      keep(directory, 1, 42);
      directory.module("interpreter", () => codeOf(7));
    });
    const [path = ""] = files(ending);
    const whole = readFileSync(path);
    const damaged = Array.from({ length: 60 }, (_, index) => {
      const at = Math.floor((index * whole.length) / 60);
      return [
        whole.subarray(0, at),
        Buffer.from(whole.map((byte, place) => (place === at ? byte ^ 0x41 : byte))),
      ];
    });
    for (const bytes of damaged.flat()) {
      writeFileSync(path, bytes);
      using((directory) => {
        expect(found(directory, 1).filter((value) => value !== "gone" && value !== 42)).toEqual([]);
        const module = directory.module("interpreter", () => codeOf(7));
        expect((new WebAssembly.Instance(module).exports["0"] as () => number)()).toBe(7);
      });
    }
  });

  test("holds no more than it may, and keeps what was used last", async () => {
    for (const value of [1, 2, 3, 4]) {
      using((directory) => keep(directory, value, value));
      await new Promise((done) => setTimeout(done, 20));
    }
    using((directory) => found(directory, 1));
    const size = files("").reduce(
      (sum, path) => sum + (statSync(path).isFile() ? statSync(path).size : 0),
      0,
    );
    await new Promise((done) => setTimeout(done, 20));
    using((directory) => keep(directory, 5, 5), size * 0.8);
    const left = using((directory) => [1, 2, 3, 4, 5].filter((hash) => found(directory, hash).length > 0));
    expect(left).toContain(5);
    expect(left).toContain(1);
    expect(left).not.toContain(2);
  });

  test("that cannot be written is as good as none", () => {
    const path = join(root, "file");
    writeFileSync(path, "");
    expect(TranslationDirectory.open(join(path, "translations"))).toBeUndefined();
    const directory = new TranslationDirectory(join(path, "translations"));
    keep(directory, 1, 1);
    directory.close();
    expect(existsSync(join(path, "translations"))).toBe(false);
  });

  test("that others can write, or that is another user's, is not used", () => {
    const path = join(root, "open");
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(TranslationDirectory.open(path)).toBeUndefined();
    chmodSync(path, 0o700);
    expect(TranslationDirectory.open(path)).toBeDefined();
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(path, 1, 1);
    expect(TranslationDirectory.open(isRoot ? path : "/")).toBeUndefined();
  });
});

test("memory has in one run what it had at the end of the one before", () => {
  const [first, second] = [new TranslationDirectory(root), new TranslationDirectory(root)];
  const memory = new Uint8Array(8);
  first.restore("table", memory);
  memory.set([1, 2, 3]);
  first.close();
  const again = new Uint8Array(8);
  second.restore("table", again);
  expect([...again]).toEqual([1, 2, 3, 0, 0, 0, 0, 0]);
  for (const [name, size] of [
    ["other", 8],
    ["table", 4],
  ] as const) {
    const none = new Uint8Array(size);
    new TranslationDirectory(root).restore(name, none);
    expect([...none]).toEqual(Array.from({ length: size }, () => 0));
  }
});

test("memory whose file was damaged stays as it is", () => {
  const first = new TranslationDirectory(root);
  const memory = new Uint8Array(8);
  first.restore("table", memory);
  memory.fill(1);
  first.close();
  const [name = ""] = readdirSync(root, { recursive: true }).filter((path) =>
    path.toString().endsWith(".memory"),
  );
  const path = join(root, name.toString());
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = 2;
  writeFileSync(path, bytes);
  const again = new Uint8Array(8);
  new TranslationDirectory(root).restore("table", again);
  expect([...again]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});
