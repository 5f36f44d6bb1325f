import { expect, test } from "vitest";
import { ProgressLine } from "./progress.ts";

function shown(isTTY: boolean): string[] {
  const written: string[] = [];
  let now = 0;
  const line = new ProgressLine({ isTTY, write: (text: string) => written.push(text) > 0 }, () => now);
  line.clear();
  for (const bytes of [0, 500_000, 1_000_000, 1_500_000]) {
    line.show("linux", bytes, 1_500_000);
    now += 60;
  }
  line.clear();
  return written.map((text) => text.replace("\r\x1b[K", "> "));
}

test("shows a line on a terminal, not too often, and takes it away", () => {
  expect(shown(true)).toEqual([
    "> linux: 0% of 1.5 MB",
    "> linux: 66% of 1.5 MB",
    "> linux: 100% of 1.5 MB",
    "> ",
  ]);
  expect(shown(false)).toEqual([]);
});
