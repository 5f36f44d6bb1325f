import { describe, expect, it } from "vitest";
import { TestClock, Wire } from "../testing/ports.ts";
import { GoldfishRtc } from "./goldfish-rtc.ts";

function setUp() {
  const clock = new TestClock();
  clock.now = 0x18_0000_0001n;
  const line = new Wire();
  return { clock, line, rtc: new GoldfishRtc({ clock, line }) };
}

describe("GoldfishRtc", () => {
  it("tells the time, both halves of one instant", () => {
    const { clock, rtc } = setUp();
    expect(rtc.read(0, 4)).toBe(1);
    clock.now = 0x19_0000_0000n;
    expect(rtc.read(4, 4)).toBe(0x18);
  });

  it("can be set", () => {
    const { clock, rtc } = setUp();
    rtc.write(4, 4, 5);
    rtc.write(0, 4, 6);
    clock.now += 10n;
    expect([rtc.read(0, 4), rtc.read(4, 4)]).toEqual([16, 5]);
  });

  it("has an alarm", () => {
    const { clock, rtc, line } = setUp();
    rtc.write(0x10, 4, 1);
    rtc.write(0xc, 4, 0x18);
    rtc.write(8, 4, 100);
    expect([rtc.nextDeadline(), rtc.read(0x18, 4), line.raised]).toEqual([0x18_0000_0064n, 1, false]);
    clock.now = 0x18_0000_0064n;
    rtc.update();
    expect([rtc.nextDeadline(), rtc.read(0x18, 4), line.raised]).toEqual([undefined, 0, true]);
    rtc.write(0x1c, 4, 1);
    expect(line.raised).toBe(false);
  });

  it("can cancel its alarm", () => {
    const { clock, rtc, line } = setUp();
    rtc.write(0x10, 4, 1);
    rtc.write(0xc, 4, 0x19);
    rtc.write(8, 4, 0);
    rtc.write(0x14, 4, 1);
    clock.now = 0x20_0000_0000n;
    rtc.update();
    expect(line.raised).toBe(false);
  });

  it("restores what it saved", () => {
    const { clock, rtc } = setUp();
    rtc.write(4, 4, 5);
    rtc.write(0, 4, 6);
    rtc.write(0x10, 4, 1);
    rtc.write(8, 4, 0);
    const line = new Wire();
    const copy = new GoldfishRtc({ clock, line }, JSON.parse(JSON.stringify(rtc.save())));
    expect(copy.save()).toEqual(rtc.save());
    expect(line.raised).toBe(true);
  });
});
