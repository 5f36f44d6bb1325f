/** Every technique does the same, and `strata bench` measures them side by side. */

import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { buildBare } from "./support/bare-program.ts";
import { built, command, compilers, inDirectory, type Result, run, strataExec } from "./support/programs.ts";

const echo = `${built("riscv64")}/echo`;
const techniques = ["interpret", "translate", "dynamic"];
const hasQemu = spawnSync("qemu-riscv64", ["--version"]).status === 0;

const bench = (directory: string, args: readonly string[], input = ""): Result =>
  run(process.execPath, [command, "bench", "--rounds", "1", ...args], { directory, input });

/** Copies its input, some of it often. */
const copies = `
  void _start(void) {
    char text[64];
    long count = call(63, 0, (long)text, 64);
    for (int turn = 0; turn < 200000; turn++) {
      for (int i = 0; i < count; i++) text[i] ^= turn;
      for (int i = 0; i < count; i++) text[i] ^= turn;
    }
    call(64, 1, (long)text, count);
    call(93, 0, 0, 0);
  }`;

/** Prints the time. */
const clock = `
  void _start(void) {
    u64 now[2];
    call(113, 0, (long)now, 0);
    call(64, 1, (long)now, 16);
    call(93, 0, 0, 0);
  }`;

describe.skipIf(!compilers)("techniques", () => {
  test.each([["compute"], ["self", "-x", "two words"], ["status", "42"], ["cat"]])(
    "all do the same: %s",
    (...args) => {
      inDirectory((directory) => {
        const [first, ...others] = techniques.map((technique) =>
          strataExec(["--technique", technique, "--no-cache", echo, ...args], directory, "some input\n"),
        );
        for (const other of others) expect(other).toEqual(first);
      });
    },
  );
});

/** Computes for a while, then reads an address that is nowhere mapped and says so if it still can. */
const astray = (address: string) => `
  void _start(void) {
    char text[3] = "ok\\n";
    for (int turn = 0; turn < 10000000; turn++) *(volatile int *)text = turn;
    for (int turn = 0; turn < 100; turn++) text[0] = "ok"[((volatile char *)${address})[turn] != 0];
    call(64, 1, (long)text, 2);
    call(93, 0, 0, 0);
  }`;

describe.skipIf(!compilers)("memory that is not there", () => {
  const SEGFAULT = 139;
  test.each([
    ["far from all is taken for zeros", "0x20000000", [], 0],
    ["with --strict", "0x20000000", ["--strict"], SEGFAULT],
    ["at null", "0", [], SEGFAULT],
    ["beyond the flat range", "0x50000000", [], SEGFAULT],
  ] as const)("%s", (_what, address, options, status) => {
    inDirectory((directory) => {
      const program = buildBare(directory, astray(address));
      expect(
        strataExec(["--no-cache", "--technique", "translate", ...options, program], directory).status,
      ).toBe(status);
    });
  });
});

/** Calls itself deeply and often, then without end. */
const recursion = `
  __attribute__((noinline)) long deep(long n) {
    volatile char room[64];
    room[n & 63] = n;
    return n == 0 ? 1 : deep(n - 1) + room[n & 63];
  }
  __attribute__((noinline)) long endless(long n) {
    volatile char room[4000];
    room[n % 4000] = n;
    return endless(n + 1) + room[n % 4000];
  }
  void _start(void) {
    long sum = 0;
    for (int turn = 0; turn < 300; turn++) sum += deep(20000);
    call(64, 1, (long)&sum, 8);
    endless(0);
  }`;

describe.skipIf(!compilers)("recursion", () => {
  const SEGFAULT = 139;
  test("is as deep as the guest's stack, then a segmentation fault", () => {
    inDirectory((directory) => {
      const program = buildBare(directory, recursion);
      const [first, ...others] = techniques.map((technique) =>
        strataExec(["--technique", technique, "--no-cache", program], directory),
      );
      expect(first?.status).toBe(SEGFAULT);
      expect(first?.output).toHaveLength(8);
      for (const other of others) expect(other).toEqual(first);
    });
  });
});

describe.skipIf(!compilers)("strata bench", () => {
  test("prints every technique, and qemu-riscv64", () => {
    inDirectory((directory) => {
      const { status, output, errors } = bench(directory, [buildBare(directory, copies)], "some input");
      expect({ status, errors }).toEqual({ status: 0, errors: "" });
      const [head = "", ...rows] = output.trimEnd().split("\n");
      expect(head).toMatch(hasQemu ? /^ +wall time +to QEMU's$/ : /^ +wall time$/);
      const names = ["interpret", "translate", "dynamic", "dynamic, again"];
      if (hasQemu) names.push("qemu-riscv64");
      expect(rows).toHaveLength(names.length);
      const times = hasQemu ? " +\\d+\\.\\d\\d s +\\d+\\.\\d\\d" : " +\\d+\\.\\d\\d s";
      for (const [index, name] of names.entries())
        expect(rows[index]).toMatch(new RegExp(`^${name}${times}`));
      expect(rows[1]).toMatch(/translated before, in \d+\.\d\d s$/);
    });
  });

  test("says where techniques differ", () => {
    inDirectory((directory) => {
      const { status, output, errors } = bench(directory, [buildBare(directory, clock)]);
      expect({ status, output }).toEqual({ status: 1, output: "" });
      expect(errors).toMatch(
        /^strata: "\S+program" differs \(interpret, translate\): its output differs from byte \d+ on\n$/,
      );
    });
  });

  test("says what it cannot measure in one line", () => {
    inDirectory((directory) => {
      const refused = (args: readonly string[]) => {
        const { status, errors } = bench(directory, args);
        return `${status} ${errors.trim()}`;
      };
      expect(refused(["missing"])).toMatch(/^2 strata: Cannot translate ".*missing": no such file$/);
      expect(refused(["--rounds", "0", "x"])).toBe(
        '2 strata: Cannot use --rounds "0": it is a number from 1 to 1000',
      );
      expect(refused(["--root", "/", "--host-files", "x"])).toBe(
        "2 strata: Cannot use --root with --host-files",
      );
    });
  });
});
