import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { expect, test, vi } from "vitest";
import { letOthersWait, waitForOthers } from "./thread-priority.ts";

const isLinux = process.platform === "linux";

/** Nice values of this process's threads, its first one apart. */
function priorities(): { readonly first: number; readonly others: readonly number[] } {
  const others = readdirSync("/proc/self/task").filter((thread) => Number(thread) !== process.pid);
  return { first: getPriority(process.pid), others: others.map((thread) => getPriority(Number(thread))) };
}

test.runIf(isLinux)("the other threads wait for the one that says so, however often it does", () => {
  const before = priorities().first;
  letOthersWait();
  letOthersWait();
  const { first, others } = priorities();
  expect(first).toBe(before);
  expect(others.length).toBeGreaterThan(0);
  expect(new Set(others)).toEqual(new Set([Math.min(before + 5, 19)]));
});

test.runIf(isLinux)("a thread waits for the others", () => {
  const before = priorities().first;
  waitForOthers();
  expect(priorities().first).toBe(Math.min(before + 5, 19));
});

test("where /proc is not mounted, all stay equal", async () => {
  const absent = () => {
    throw new Error("ENOENT");
  };
  vi.resetModules();
  vi.doMock("node:fs", () => ({ existsSync: () => false, readdirSync: absent, readlinkSync: absent }));
  const without: typeof import("./thread-priority.ts") = await import("./thread-priority.ts");
  expect(() => without.letOthersWait()).not.toThrow();
  expect(() => without.waitForOthers()).not.toThrow();
});
