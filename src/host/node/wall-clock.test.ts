import { expect, test } from "vitest";
import { WallClock } from "./wall-clock.ts";

/** Clocks that are set by hand; the coarse one shows whole milliseconds of `wall`. */
function byHand() {
  const hands = { wall: 5_000_000, fine: 100 };
  const clock = new WallClock({ coarse: () => Math.floor(hands.wall), fine: () => hands.fine });
  const pass = (milliseconds: number): bigint => {
    hands.wall += milliseconds;
    hands.fine += milliseconds;
    return clock.now();
  };
  return { hands, clock, pass };
}

test("counts microseconds between the system's milliseconds", () => {
  const { pass } = byHand();
  expect(pass(0.25)).toBe(5_000_000_250_000n);
  expect(pass(0.5)).toBe(5_000_000_750_000n);
  expect(pass(1.5)).toBe(5_000_002_250_000n);
});

test("follows the system's clock when that is set, forth and back", () => {
  const { hands, pass } = byHand();
  hands.wall += 60_000;
  expect(pass(0)).toBeGreaterThanOrEqual(5_060_000_000_000n);
  expect(pass(0.5)).toBeLessThan(5_060_001_000_000n);
  hands.wall -= 120_000;
  expect(pass(0)).toBeLessThan(4_940_001_000_000n);
});

test("finds the system's millisecond where it began within one", () => {
  const { hands, pass } = byHand();
  hands.wall += 0.75;
  expect(pass(0.25)).toBe(5_000_001_000_000n);
  expect(pass(0.5)).toBe(5_000_001_500_000n);
});

test("never goes back while nobody sets the system's clock", () => {
  const { pass } = byHand();
  let last = 0n;
  for (let i = 0; i < 10_000; i++) {
    const now = pass((i % 17) / 10);
    expect(now >= last).toBe(true);
    last = now;
  }
});
