/** Bytes in saved state: JSON has no byte arrays, so they are hexadecimal text there. */

import type { Bytes } from "../base/bytes.ts";

/** `bytes` as hexadecimal text, two digits a byte. */
export function saveBytes(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes that `saveBytes` made `text` from. */
export function restoreBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length >>> 1 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}
