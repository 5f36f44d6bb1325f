/** Scattered bytes: a buffer that is in several pieces, as virtio drivers hand them over. */

import { type Bytes, concatBytes } from "../../base/bytes.ts";

/** The pieces of one buffer, in order. */
export type Segments = readonly Bytes[];

export function lengthOf(segments: Segments): number {
  return segments.reduce((sum, segment) => sum + segment.length, 0);
}

/** The bytes in one piece: a copy, unless they are in one already. */
export function gather(segments: Segments): Bytes {
  const [first] = segments;
  return first && segments.length === 1 ? first : concatBytes(segments);
}

/** Copies `bytes` into the pieces, as far as they fit; returns how many did. */
export function scatter(bytes: Bytes, segments: Segments): number {
  let done = 0;
  for (const segment of segments) {
    if (done === bytes.length) break;
    const part = bytes.subarray(done, done + segment.length);
    segment.set(part);
    done += part.length;
  }
  return done;
}

/** The first `length` bytes, and the rest. */
export function splitAt(segments: Segments, length: number): [Segments, Segments] {
  const head: Bytes[] = [];
  const tail: Bytes[] = [];
  let missing = length;
  for (const segment of segments) {
    const taken = Math.min(missing, segment.length);
    if (taken > 0) head.push(segment.subarray(0, taken));
    if (taken < segment.length) tail.push(segment.subarray(taken));
    missing -= taken;
  }
  return [head, tail];
}
