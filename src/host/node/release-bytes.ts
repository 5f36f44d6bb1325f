/** Gives large memory back at once, without waiting until it is collected. */

import { MessageChannel } from "node:worker_threads";

/** Bytes that nobody needs any more, nor any others of their buffer: they are gone after this. */
export function releaseBytes({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength === 0) return;
  // What is sent to a port that is closed goes with it.
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(buffer, [buffer]);
  port1.close();
  port2.close();
}
