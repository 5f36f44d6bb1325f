/** Control messages of the console device: VIRTIO 1.2, section 5.3.6.2. `{ id: u32, event: u16, value: u16 }`, then data. */

import { type Bytes, viewOf } from "../../../base/bytes.ts";

export const DEVICE_READY = 0;
export const PORT_ADD = 1;
export const PORT_READY = 3;
export const CONSOLE_PORT = 4;
export const RESIZE = 5;
export const PORT_OPEN = 6;
export const PORT_NAME = 7;

export const MESSAGE_SIZE = 8;

export interface ControlMessage {
  readonly port: number;
  readonly event: number;
  readonly value: number;
}

export function encodeMessage(
  { port, event, value }: ControlMessage,
  data: Bytes = new Uint8Array(0),
): Bytes {
  const bytes = new Uint8Array(MESSAGE_SIZE + data.length);
  const view = viewOf(bytes);
  view.setUint32(0, port, true);
  view.setUint16(4, event, true);
  view.setUint16(6, value, true);
  bytes.set(data, MESSAGE_SIZE);
  return bytes;
}

/** The message in `bytes`; undefined if they are too few. */
export function decodeMessage(bytes: Bytes): ControlMessage | undefined {
  if (bytes.length < MESSAGE_SIZE) return undefined;
  const view = viewOf(bytes);
  return { port: view.getUint32(0, true), event: view.getUint16(4, true), value: view.getUint16(6, true) };
}
