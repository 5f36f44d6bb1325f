/** `strata exec --allow-host-exec`: programs of this system among those of the guest. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { built, compilers, inDirectory, type Result, strataExec } from "./support/programs.ts";

const pipeline = `${built("riscv64")}/pipeline`;
const guest = `${built("riscv64")}/echo`;
const native = `${built("native")}/echo`;
const allowed = ["--host-files", "--allow-host-exec"];

/** Runs commands with pipes between them; `input` is the first one's. */
function pipe(options: readonly string[], commands: string, input?: string): Result {
  return inDirectory((directory) =>
    strataExec([...options, pipeline, ...commands.split(" ")], directory, input),
  );
}

/** Whether there is such a process, and not only its status. */
function isRunning(id: number): boolean {
  const stat = `/proc/${id}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, "latin1"));
}

describe.skipIf(!compilers)("programs of the host", () => {
  test("are refused without --allow-host-exec", () => {
    const { status, output, errors } = pipe(["--host-files"], `${native} self`);
    expect({ status, output, errors }).toEqual({
      status: 126,
      output: "",
      errors: `${native}: ENOEXEC\n`,
    });
  });

  test("have arguments, environment and directory of the process that they replace", () => {
    inDirectory((directory) => {
      const options = [...allowed, "--env", "WORD=two words", "--workdir", directory];
      const { output } = strataExec([...options, pipeline, native, "self", "-x", "ö"], "/");
      expect(Buffer.from(output, "latin1").toString()).toMatch(
        new RegExp(`^self -x ö\nWORD=two words\n${directory}\n`),
      );
    });
  });

  test("have pipes to guest programs on both sides", () => {
    const lines = "a line of text\n".repeat(100_000);
    const { status, output, errors } = pipe(
      allowed,
      `${guest} cat , /usr/bin/tr a-z A-Z , ${guest} cat , ${native} cat`,
      lines,
    );
    expect(output === lines.toUpperCase()).toBe(true);
    expect({ status, errors: errors.split("\n").sort() }).toEqual({
      status: 0,
      errors: ["", ...Array(3).fill(`${lines.length} bytes`)],
    });
  });

  test("end with their status or signal", () => {
    expect(pipe(allowed, `${native} status 42`).status).toBe(42);
    expect(pipe(allowed, `${native} signal 15`).status).toBe(128 + 15);
    inDirectory((directory) => {
      expect(strataExec([...allowed, native, "status", "7"], directory).status).toBe(7);
    });
  });

  test("hear that nobody reads what they write", () => {
    const { status, output } = pipe(allowed, `/usr/bin/yes , ${guest} status 3`);
    expect({ status, output }).toEqual({ status: 3, output: "" });
  });

  test("write to files that the guest opened", () => {
    inDirectory((directory) => {
      const file = join(directory, "file");
      writeFileSync(file, "before\n");
      const command = [pipeline, native, "cat", ">", file];
      expect(strataExec([...allowed, ...command], directory, "after\n").status).toBe(0);
      expect(readFileSync(file, "utf8")).toBe("before\nafter\n");
    });
  });

  test("run scripts with the streams of this process", () => {
    inDirectory((directory) => {
      const script = join(directory, "script");
      writeFileSync(script, `#!/bin/sh\necho "$0 $1" >&2\nexec ${native} cat\n`, { mode: 0o755 });
      const { output, errors } = strataExec([...allowed, pipeline, script, "x"], directory, "bytes");
      expect({ output, errors }).toEqual({ output: "bytes", errors: `${script} x\n5 bytes\n` });
    });
  });

  test("end with the run", () => {
    inDirectory((directory) => {
      const began = Date.now();
      const file = join(directory, "pid");
      const command = ["/bin/sh", "-c", `echo $$ > ${file}; exec sleep 600`];
      const { status } = strataExec([...allowed, "--timeout", "2", pipeline, ...command], directory);
      expect(status).toBe(124);
      expect(Date.now() - began).toBeLessThan(60_000);
      expect(isRunning(Number(readFileSync(file, "utf8")))).toBe(false);
    });
  });
});
