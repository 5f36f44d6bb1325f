/** No path leads a program out of its root and its volumes: links, "..", /proc, renames. */

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { built, compilers, inDirectory, strataExec } from "./support/programs.ts";

/** Runs a probe with a root that has links outwards; what it reports, line by line. */
function probe(name: string, ...more: string[]): { lines: string[]; outside: string; status: number | null } {
  return inDirectory((directory) => {
    const root = join(directory, "root");
    mkdirSync(join(root, "inner/deep"), { recursive: true });
    writeFileSync(join(directory, "secret"), "outside");
    symlinkSync(join(directory, "secret"), join(root, "absolute"));
    symlinkSync("../secret", join(root, "relative"));
    symlinkSync("../../../secret", join(root, "inner/upwards"));
    symlinkSync(directory, join(root, "folder"));
    symlinkSync("/proc/self/root/../secret", join(root, "proc-link"));
    const volumes = ["--volume", `${built("riscv64")}:/bin:ro`];
    const { output, status } = strataExec(
      ["--root", root, ...volumes, `/bin/${name}`, directory, ...more],
      root,
    );
    const outside = readFileSync(join(directory, "secret"), "utf8");
    return { lines: output.trim().split("\n"), outside, status };
  });
}

test.skipIf(!compilers)("no link and no .. leads out of the root", () => {
  const { lines, outside, status } = probe("escape");
  expect(lines.filter((line) => !line.startsWith("kept in: "))).toEqual([]);
  expect(lines.length).toBeGreaterThan(15);
  expect(outside).toBe("outside");
  expect(status).toBe(0);
});

test.skipIf(!compilers)("what is read-only stays as it is", () => {
  inDirectory((directory) => {
    writeFileSync(join(directory, "file"), "kept");
    const program = `${built("riscv64")}/overwrite`;
    const volume = ["--volume", `${directory}:/volume:ro`];
    const { output } = strataExec(
      [...volume, "--workdir", "/volume", program, "/volume/file", "/volume/new"],
      directory,
    );
    expect(output.trim().split("\n")).toEqual(["EROFS", "EROFS", "EROFS", "EROFS", "EROFS", "EROFS"]);
    expect(readFileSync(join(directory, "file"), "utf8")).toBe("kept");
    expect(existsSync(join(directory, "new"))).toBe(false);
  });
});

test.skipIf(!compilers)("without --root nothing but the current directory is there", () => {
  inDirectory((directory) => {
    const { output } = strataExec([`${built("riscv64")}/overwrite`, "/etc/passwd", "/etc/new"], directory);
    expect(output.trim().split("\n")).toEqual(["ENOENT", "ENOENT", "ENOENT", "ENOENT", "ENOENT", "ENOENT"]);
  });
});
