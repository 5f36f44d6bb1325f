/** `strata translate`: a program that was translated whole runs as before, and nothing is translated again. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildBare } from "./support/bare-program.ts";
import { command, compilers, inDirectory, run, strataExec } from "./support/programs.ts";

/** A program without a library: functions, a table of them, a switch and loops, long enough to become hot. */
const source = `
  __attribute__((noinline)) static u64 add(u64 x) { return x + 12345; }
  __attribute__((noinline)) static u64 mix(u64 x) { return (x ^ (x >> 7)) * 0x9e3779b97f4a7c15ul; }
  __attribute__((noinline)) static u64 turn(u64 x) { return x << 9 | x >> 55; }
  static u64 (*volatile table[])(u64) = {add, mix, turn, mix};
  __attribute__((noinline)) static u64 choose(u64 x) {
    switch (x % 7) {
      case 0: return x + 3;
      case 1: return x * 5;
      case 2: return ~x;
      case 3: return x - 77;
      case 4: return x ^ 0x5555;
      case 5: return x << 1;
      default: return x >> 1 | 1ul << 62;
    }
  }
  void _start(void) {
    u64 x = 1;
    for (u64 turns = 0; turns < 10000000; turns++) x = choose(table[x >> 3 & 3](x));
    char text[17];
    for (int digit = 0; digit < 16; digit++) text[digit] = "0123456789abcdef"[x >> (60 - 4 * digit) & 15];
    text[16] = '\\n';
    call(64, 1, (long)text, 17);
    call(93, x & 63, 0, 0);
  }`;

/** A machine whose instructions are cases, with a switch in one of them: what is executed depends on tables only. */
const interpreter = `
  __attribute__((noinline)) static u64 inner(u64 what, u64 x) {
    switch (what) {
      case 10: return x + 1;
      case 11: return x * 3;
      case 12: return x ^ 0x77;
      case 13: return x >> 3;
      case 14: return x << 2;
      case 15: return ~x;
      case 16: return x - 5;
      default: return x | 1;
    }
  }
  __attribute__((noinline)) static u64 run(unsigned char *code, u64 x, u64 steps) {
    for (unsigned char at = 0; steps-- > 0; at++) {
      switch (code[at] % 12) {
        case 0: x += at; break;
        case 1: x ^= x << 7; break;
        case 2: x = inner(x % 19, x); break;
        case 3: x *= 5; break;
        case 4: x -= 0x1234; break;
        case 5: x = x >> 1 | x << 63; break;
        case 6: if (x & 1) at += 3; break;
        case 7: code[at] += x; break;
        case 8: x ^= at; break;
        case 9: x = inner(10 + at % 8, x); break;
        case 10: x += 99; break;
        case 11: x = ~x; break;
      }
    }
    return x;
  }
  void _start(void) {
    unsigned char code[256];
    u64 seed = 1;
    for (int at = 0; at < 256; at++) code[at] = (seed = seed * 0x5851f42d4c957f2dul + 1) >> 56;
    u64 x = run(code, 1, 8000000);
    char text[17];
    for (int digit = 0; digit < 16; digit++) text[digit] = 'a' + (x >> (60 - 4 * digit) & 15);
    text[16] = '\\n';
    call(64, 1, (long)text, 17);
    call(93, 0, 0, 0);
  }`;

const build = (directory: string) => buildBare(directory, source);

const translate = (args: readonly string[], directory: string) =>
  run(process.execPath, [command, "translate", ...args], { directory });

describe.skipIf(!compilers)("strata translate", () => {
  test("makes a directory that is run without translating", () => {
    inDirectory((directory) => {
      const program = build(directory);
      const made = translate([program, "-o", "translated"], directory);
      expect(made).toMatchObject({ status: 0, errors: "" });
      expect(made.output).toMatch(
        /^\S*program: \d{2,4} instructions in \d+ regions, 1 jump tables, \S+ MB of WebAssembly\n$/,
      );
      const plain = strataExec(["--no-cache", "--verbose", program], directory);
      const ahead = strataExec(["--no-cache", "--verbose", "translated"], directory);
      expect(ahead.output).toBe(plain.output);
      expect(ahead.status).toBe(plain.status);
      const counts = /(\d+) regions were there, (\d+) were translated/;
      const [, none, many] = counts.exec(plain.errors) ?? [];
      const [, found, left] = counts.exec(ahead.errors) ?? [];
      expect([Number(none), Number(many) > 0]).toEqual([0, true]);
      expect(Number(found)).toBeGreaterThan(3);
      expect(Number(left)).toBe(0);
    });
  });

  test("finds the cases of switches, of which nothing is left to be learnt", () => {
    inDirectory((directory) => {
      const program = buildBare(directory, interpreter);
      const made = translate([program, "-o", "translated.strata"], directory);
      expect(made.output).toMatch(/, 2 jump tables, /);
      const exec = (file: string) => strataExec(["--no-cache", "--verbose", file], directory);
      const [plain, ahead] = [exec(program), exec("translated.strata")];
      expect(ahead.output).toBe(plain.output);
      const translated = ({ errors }: { readonly errors: string }) =>
        Number(/, (\d+) were translated/.exec(errors)?.[1]);
      expect(translated(plain)).toBeGreaterThan(1);
      expect(translated(ahead)).toBe(0);
    });
  });

  test("makes a file where the output ends with .strata", () => {
    inDirectory((directory) => {
      const program = build(directory);
      mkdirSync(join(directory, "folder.strata"));
      for (const output of ["translated.strata", "folder.strata"])
        expect(translate([program, "-o", output], directory)).toMatchObject({ status: 0, errors: "" });
      expect(readdirSync(directory).sort()).toEqual([
        ...["folder.strata", "program", "program.c", "translated.strata"],
      ]);
      expect(statSync(join(directory, "translated.strata")).isFile()).toBe(true);
      expect(existsSync(join(directory, "folder.strata/program.json"))).toBe(true);
      const [file, folder] = ["translated.strata", "folder.strata"].map((output) =>
        strataExec(["--no-cache", "--verbose", output], directory),
      );
      // How many regions were warm depends on the time.
      expect([file?.status, file?.output]).toEqual([folder?.status, folder?.output]);
      expect(file?.errors).not.toMatch(/^strata: 0 regions were there/);
    });
  });

  test("a file that is damaged, or not the user's alone, is refused in one line", () => {
    inDirectory((directory) => {
      const path = join(directory, "translated.strata");
      translate([build(directory), "-o", path], directory);
      const whole = readFileSync(path);
      const exec = (change: (bytes: Buffer) => Buffer) => {
        writeFileSync(path, change(Buffer.from(whole)));
        const { status, errors } = strataExec(["--no-cache", "translated.strata"], directory);
        return `${status} ${errors}`;
      };
      const flip = (at: number) => (bytes: Buffer) => {
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        return bytes;
      };
      const refused =
        '126 strata: Cannot use "translated.strata": it is damaged; translate the program again\n';
      const { status } = strataExec(["--no-cache", "translated.strata"], directory);
      for (const at of [8, 30, 60]) expect(exec(flip(at))).toBe(refused);
      for (const length of [10, 100, whole.length - 1]) {
        expect(exec((bytes) => bytes.subarray(0, length))).toBe(refused);
      }
      const unused = 'strata: "translated.strata" is damaged, and not all of it was used\n';
      expect(exec(flip(whole.length - 1))).toBe(`${status} ${unused}`);
      chmodSync(path, 0o620);
      const { errors } = strataExec(["translated.strata"], directory);
      expect(errors).toBe(
        'strata: Cannot use "translated.strata": it must be yours, and writable by none else\n',
      );
    });
  });

  test("says what it cannot translate in one line", () => {
    inDirectory((directory) => {
      writeFileSync(join(directory, "text"), "no program\n", { mode: 0o755 });
      writeFileSync(join(directory, "file"), "");
      const refused = (args: readonly string[]) => {
        const { status, output, errors } = translate(args, directory);
        expect({ status, output, lines: errors.split("\n").length }).toEqual({
          status: 2,
          output: "",
          lines: 2,
        });
        return errors;
      };
      expect(refused(["missing", "-o", "out"])).toMatch(
        /^strata: Cannot translate ".*missing": no such file$/m,
      );
      expect(refused(["text", "-o", "out"])).toMatch(/^strata: Cannot translate ".*text": not a program$/m);
      expect(refused([build(directory), "-o", "file"])).toMatch(/^strata: Cannot write "file": /m);
      expect(refused([join(directory, "program"), "-o", "none/file.strata"])).toBe(
        'strata: Cannot write "none/file.strata": ENOENT\n',
      );
      mkdirSync(join(directory, "root"));
      expect(refused(["/../program", "--root", "root", "-o", "out"])).toMatch(/no such file$/m);
    });
  });
});
