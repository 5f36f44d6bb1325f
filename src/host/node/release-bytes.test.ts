import { expect, test } from "vitest";
import { releaseBytes } from "./release-bytes.ts";

test("released bytes are gone at once", async () => {
  const before = process.memoryUsage().arrayBuffers;
  const bytes = new Uint8Array(64 << 20);
  releaseBytes(bytes);
  expect(bytes.length).toBe(0);
  await new Promise((done) => setTimeout(done, 50));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  releaseBytes(bytes);
});
