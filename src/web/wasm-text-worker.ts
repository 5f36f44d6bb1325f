/** The worker in which modules become text: wabt is large, and takes its time. */

import { wasmText } from "./wasm-text.ts";

/** Characters that are shown; a region's text is seldom longer. */
const MOST = 200_000;

self.onmessage = async ({ data: { id, bytes } }: MessageEvent<{ id: number; bytes: Uint8Array }>) => {
  const text = await wasmText(bytes).catch((error: unknown) => `It cannot be shown: ${String(error)}`);
  self.postMessage({ id, text: text.length > MOST ? `${text.slice(0, MOST)}\n…` : text });
};
