import { expect, test } from "vitest";
import { JumpLog } from "./jump-log.ts";
import type { InstalledRegion } from "./region-cache.ts";

const region = (jumpTargets: ReadonlyMap<number, readonly number[]>): InstalledRegion =>
  ({ version: 0, jumpTargets }) as InstalledRegion;

test("many jumps to unknown places make a region worth making again, with these and the known ones", () => {
  const log = new JumpLog();
  const switching = region(new Map([[8, [100]]]));
  for (let count = 1; count < 16; count++)
    expect(log.add(switching, 8, count % 2 === 0 ? 40 : 60)).toBeUndefined();
  expect(log.add(switching, 20, -4)).toEqual(
    new Map([
      [8, [100, 68, 48]],
      [20, [16]],
    ]),
  );
});

test("known targets and far ones do not count", () => {
  const log = new JumpLog();
  const switching = region(new Map([[8, [100]]]));
  for (let count = 0; count < 100; count++) {
    expect(log.add(switching, 8, 92)).toBeUndefined();
    expect(log.add(switching, 8, 1 << 20)).toBeUndefined();
  }
});

test("a region that is gone begins anew", () => {
  const log = new JumpLog();
  const gone = region(new Map());
  for (let count = 1; count < 16; count++) log.add(gone, 0, 16);
  log.forget(gone);
  expect(log.add(gone, 0, 16)).toBeUndefined();
});
