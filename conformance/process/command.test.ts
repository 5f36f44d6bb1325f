/** `strata exec` as a command among others: streams, status, arguments, and what it says of programs that it cannot run. */

import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { built, command, compilers, inDirectory, run, strataExec } from "./support/programs.ts";

const echo = `${built("riscv64")}/echo`;

describe.skipIf(!compilers)("strata exec", () => {
  test("has the streams of its process", () => {
    const { output, errors, status } = inDirectory((directory) =>
      strataExec([echo, "cat"], directory, "in\0put"),
    );
    expect({ output, errors, status }).toEqual({ output: "in\0put", errors: "6 bytes\n", status: 0 });
  });

  test("shows sockets as pipes: Node's children get sockets", () => {
    const { output } = inDirectory((directory) => strataExec([echo, "types"], directory));
    expect(output).toBe("pipe\npipe\npipe\n");
  });

  test("ends as its program ends", () => {
    inDirectory((directory) => {
      expect(strataExec([echo, "status", "42"], directory).status).toBe(42);
      expect(strataExec([echo, "signal", "15"], directory).status).toBe(128 + 15);
      expect(strataExec([echo, "signal", "11"], directory).status).toBe(128 + 11);
    });
  });

  test("passes arguments, environment, working directory and user", () => {
    inDirectory((directory) => {
      const options = ["--env", "WORD=two words", "--user", "12:34"];
      const { output } = strataExec([...options, echo, "self", "-x", "--y"], directory);
      expect(output).toBe(`self -x --y\nWORD=two words\n${directory}\n12:34\n`);
    });
  });

  test("takes a variable of this process, and with --root nothing else of it", () => {
    inDirectory((directory) => {
      // Other users must get in.
      chmodSync(directory, 0o755);
      const environment = { ...process.env, WORD: "of the host" };
      const options = ["--root", directory, "--volume", `${built("riscv64")}:/bin:ro`];
      const exec = (...more: string[]) => {
        const args = [command, "exec", ...options, ...more, "/bin/echo", "self"];
        return run(process.execPath, args, { directory, environment }).output;
      };
      expect(exec()).toBe("self\n/\n0:0\n");
      expect(exec("--env", "WORD", "--user", "7", "--workdir", "/bin")).toBe(
        "self\nWORD=of the host\n/bin\n7:7\n",
      );
    });
  });

  test("writes to volumes that are not read-only", () => {
    inDirectory((directory) => {
      mkdirSync(join(directory, "volume"));
      const volume = ["--volume", `${join(directory, "volume")}:/data`];
      const { output } = strataExec(
        [...volume, `${built("riscv64")}/overwrite`, "/data/a", "/data/b"],
        "/tmp",
      );
      expect(output).not.toContain("EROFS");
      expect(readdirSync(join(directory, "volume")).length).toBeGreaterThan(0);
    });
  });

  test("says what is wrong with its options in one line", () => {
    inDirectory((directory) => {
      const refusal = (...options: string[]) => {
        const { status, errors } = strataExec([...options, echo], directory);
        return `${status} ${errors.trim()}`;
      };
      expect(refusal("--user", "root")).toMatch(/^2 strata: Cannot use --user "root": .*$/);
      expect(refusal("--volume", "x")).toMatch(/^2 strata: Cannot use --volume "x": .*$/);
      expect(refusal("--max-processes", "0")).toMatch(/^2 strata: Cannot use --max-processes "0": .*$/);
      expect(refusal("--memory", "1M")).toMatch(/^2 strata: Cannot use --memory "1M": .*$/);
      expect(refusal("--workdir", "/none")).toBe('127 strata: Cannot run "/none": no such file');
    });
  });

  test("has no vDSO: programs ask for the time by system calls", () => {
    const { output, errors, status } = inDirectory((directory) =>
      strataExec(["--trace", `${built("riscv64")}/clocks`], directory),
    );
    const lines = [
      "getauxval(AT_SYSINFO_EHDR): 0",
      "getauxval(AT_PAGESZ): 4096",
      "clock_gettime(CLOCK_MONOTONIC, &time) = 0",
      "clock_gettime(CLOCK_MONOTONIC, &later) = 0",
      "later.tv_sec > time.tv_sec || (later.tv_sec == time.tv_sec && later.tv_nsec >= time.tv_nsec): yes",
      "clock_gettime(CLOCK_REALTIME, &time) = 0",
      "gettimeofday(&day, NULL) = 0",
      "labs(day.tv_sec - time.tv_sec) <= 1: yes",
      "clock_getres(CLOCK_MONOTONIC, &time) = 0",
      "getcpu(&cpu, &node) = 0",
      "cpu: 0",
      "node: 0",
      "",
    ];
    expect({ output: output.split("\n"), status }).toEqual({ output: lines, status: 0 });
    expect(errors.match(/ clock_gettime\(1, .*\) = 0$/gm)).toHaveLength(2);
    expect(errors).toMatch(/ (gettimeofday\(|clock_gettime\(0, ).*\) = 0$/m);
  });

  test("traces system calls", () => {
    const { errors } = inDirectory((directory) => strataExec(["--trace", echo, "status", "0"], directory));
    expect(errors).toMatch(/^\[2\] exit_group\(0\) = \?$/m);
    expect(errors).toMatch(/^\[2\] brk\(NULL\) = 0x/m);
  });

  test("traces no more of a buffer than belongs to a call", () => {
    const { errors } = inDirectory((directory) => strataExec(["--trace", echo, "cat"], directory, "ab\n"));
    expect(errors).toMatch(/^\[2\] read\(0, "ab\\n", \d+\) = 3$/m);
    expect(errors).toMatch(/^\[2\] write\(1, "ab\\n", 3\) = 3$/m);
  });

  test("runs scripts", () => {
    inDirectory((directory) => {
      const script = join(directory, "script");
      writeFileSync(script, `#!${echo} self\n`);
      chmodSync(script, 0o755);
      const volume = ["--volume", `${built("riscv64")}:${built("riscv64")}:ro`];
      expect(strataExec([...volume, "./script", "last"], directory).output).toContain(
        `self ${script} last\n`,
      );
    });
  });

  test("stops a fork bomb and an endless allocation with the errno of Linux", () => {
    inDirectory((directory) => {
      const { output } = strataExec(["--max-processes", "20", echo, "forks"], directory);
      expect(output).toBe("EAGAIN after 19\n");
      const memory = strataExec(["--memory", "64M", echo, "allocates"], directory);
      expect(memory.output).toBe("ENOMEM\n");
      expect(memory.status).toBe(0);
    });
  });

  test("says what is wrong with a program in one line", () => {
    inDirectory((directory) => {
      const program = join(directory, "program");
      const refusal = (bytes: Uint8Array, mode = 0o755) => {
        writeFileSync(program, bytes);
        chmodSync(program, mode);
        const { status, errors } = strataExec(["./program"], directory);
        return `${status} ${errors.trim()}`;
      };
      const elf = new Uint8Array(64);
      elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
      elf.set([2, 0, 62, 0], 16);
      expect(refusal(elf)).toBe('126 strata: Cannot load ELF "program": e_machine is 62, not 243');
      expect(refusal(elf.subarray(0, 20))).toMatch(/^126 strata: Cannot load ELF "program": the ELF header/);
      expect(refusal(Buffer.from("text\n"))).toBe(`126 strata: Cannot run "${program}": not a program`);
      expect(refusal(elf, 0o644)).toBe(`126 strata: Cannot run "${program}": not an executable file`);
      expect(refusal(overlapping())).toMatch(/^126 .*segment 1 overlaps the one before it$/);
      const missing = strataExec(["./nothing"], directory);
      const nothing = join(directory, "nothing");
      expect(`${missing.status} ${missing.errors}`).toBe(
        `127 strata: Cannot run "${nothing}": no such file\n`,
      );
    });
  });
});

/** A riscv64 program with two segments in one place. */
function overlapping(): Uint8Array {
  const bytes = new Uint8Array(64 + 2 * 56);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 2, true);
  for (const at of [64, 120]) {
    view.setUint32(at, 1, true);
    view.setUint32(at + 4, 5, true);
    view.setBigUint64(at + 16, 0x10000n, true);
    view.setBigUint64(at + 40, 0x1000n, true);
  }
  return bytes;
}
