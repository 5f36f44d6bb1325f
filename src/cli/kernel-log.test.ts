import { expect, test, vi } from "vitest";
import { KernelLog } from "./kernel-log.ts";

function logOf(text: string, onEnd?: () => void): KernelLog {
  const log = new KernelLog(onEnd);
  for (const byte of Buffer.from(text)) log.add(Uint8Array.of(byte));
  return log;
}

test("keeps the last lines", () => {
  expect(logOf("one\r\ntwo\r\n\r\nthree\r\n").tail(2)).toEqual(["two", "three"]);
});

test("finds a panic, however far back", () => {
  const log = logOf("[ 1.0] Kernel panic - not syncing: VFS\r\n");
  expect(log.panicked).toBe(true);
  for (let count = 0; count < 100; count++) log.add(Buffer.alloc(10_000, "x"));
  expect(log.panicked).toBe(true);
  expect(log.tail(1).join().length).toBeLessThan(200_000);
  expect(logOf("Kernel panic? No.").panicked).toBe(false);
});

test("tells when a kernel that panicked does nothing more", () => {
  const onEnd = vi.fn();
  const log = logOf("Kernel panic - not syncing: x\r\n---[ end Kernel panic - not syncing: x ]---", onEnd);
  expect(onEnd).not.toHaveBeenCalled();
  log.add(Buffer.from("\r\n"));
  expect(onEnd).toHaveBeenCalledOnce();
});
