import { expect, it } from "vitest";
import { TestDriver } from "../testing/driver.ts";
import { MAX_FILL, VirtioRng } from "./virtio-rng.ts";

it("fills buffers, up to a bound", () => {
  const driver = new TestDriver(new VirtioRng({ entropy: { fill: (bytes) => bytes.fill(0xa5) } }));
  driver.start();
  expect([...(driver.request(0, [], [2, 3])?.bytes ?? [])]).toEqual([0xa5, 0xa5, 0xa5, 0xa5, 0xa5]);
  expect(driver.request(0, [], [MAX_FILL - 1, 10])?.written).toBe(MAX_FILL);
  expect(driver.request(0, [Uint8Array.of(1)])?.written).toBe(0);
});
