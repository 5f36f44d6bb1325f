import { describe, expect, it } from "vitest";
import { TestClock, Wire } from "../testing/ports.ts";
import { Aclint } from "./aclint.ts";

function setUp() {
  const clock = new TestClock();
  const harts = [0, 1].map(() => ({ software: new Wire(), timer: new Wire() }));
  const lines = () => harts.map(({ software, timer }) => [software.raised, timer.raised]);
  return { clock, harts, lines, aclint: new Aclint({ clock, harts }) };
}

describe("Aclint", () => {
  it("raises a timer when its time has come", () => {
    const { clock, aclint, lines } = setUp();
    expect(aclint.nextDeadline()).toBeUndefined();
    aclint.write(0x4008, 4, 100);
    aclint.write(0x400c, 4, 0);
    expect(aclint.nextDeadline()).toBe(100n);
    clock.now = 100n;
    aclint.update();
    expect(lines()).toEqual([
      [false, false],
      [false, true],
    ]);
    expect(aclint.nextDeadline()).toBeUndefined();
    aclint.setTimeCompare(1, 101n);
    expect(lines()[1]).toEqual([false, false]);
  });

  it("raises software interrupts", () => {
    const { aclint, lines } = setUp();
    aclint.write(4, 4, 0xffff_ffff);
    aclint.write(8, 4, 1);
    expect(lines()).toEqual([
      [false, false],
      [true, false],
    ]);
    expect([aclint.read(4, 4), aclint.read(8, 4)]).toEqual([1, 0]);
  });

  it("lets the guest set the time", () => {
    const { clock, aclint } = setUp();
    clock.now = 5n;
    aclint.write(0xbff8, 4, 1000);
    aclint.write(0xbffc, 4, 2);
    clock.now = 7n;
    expect([aclint.read(0xbff8, 4), aclint.read(0xbffc, 4)]).toEqual([1002, 2]);
    aclint.setTimeCompare(0, aclint.mtime + 10n);
    expect(aclint.nextDeadline()).toBe(17n);
  });

  it("restores what it saved", () => {
    const { clock, aclint, harts } = setUp();
    aclint.write(0xbff8, 4, 50);
    aclint.write(0, 4, 1);
    aclint.setTimeCompare(0, 20n);
    for (const { software, timer } of harts) for (const wire of [software, timer]) wire.set(false);
    const copy = new Aclint({ clock, harts }, JSON.parse(JSON.stringify(aclint.save())));
    expect(copy.save()).toEqual(aclint.save());
    expect([harts[0]?.software.raised, harts[0]?.timer.raised]).toEqual([true, true]);
  });
});
