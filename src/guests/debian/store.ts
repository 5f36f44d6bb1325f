/** Writes whole files into the cache: they appear at once, never half-written. */

import type { Bytes } from "../../base/bytes.ts";
import type { Cache } from "./ports.ts";

export async function store(cache: Cache, name: string, bytes: Bytes): Promise<void> {
  const temporary = cache.temporary(name);
  const writer = await cache.append(temporary);
  try {
    await writer.write(bytes);
  } finally {
    await writer.close();
  }
  await cache.rename(temporary, name);
}
