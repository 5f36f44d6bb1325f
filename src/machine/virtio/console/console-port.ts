/** One port of the console device: its input on the way to the guest, and who has it open. */

import type { Bytes } from "../../../base/bytes.ts";
import { ByteQueue } from "../../byte-queue.ts";
import { restoreBytes, saveBytes } from "../../saved-bytes.ts";
import type { Virtqueue } from "../virtqueue.ts";

/** Bytes of input that may wait for the guest, for each port. */
export const INPUT_LIMIT = 0x4_0000;

/** What a port is connected to. */
export interface ConsolePortPorts {
  /** The name that the guest sees, in /sys/class/virtio-ports/vportNpM/name. */
  readonly name: string;
  /** The guest wrote `bytes`. They are guest memory: valid only during the call. */
  output(bytes: Bytes): void;
  /** The guest opened or closed its end. */
  opened?(open: boolean): void;
  /** There is room for input again, after `input` had to refuse some. */
  room?(): void;
}

export type SavedConsolePort = {
  readonly waiting: string;
  readonly ready: boolean;
  readonly guestOpen: boolean;
  readonly hostOpen: boolean;
  readonly ending: boolean;
  readonly refused: boolean;
};

/** State without protocol: the device decides what is said when. */
export class ConsolePort {
  readonly ports: ConsolePortPorts;
  readonly #input: ByteQueue;
  /** The driver knows the port. */
  ready: boolean;
  guestOpen: boolean;
  hostOpen: boolean;
  /** The host has closed its end, and input is still on the way. */
  ending: boolean;
  /** The host offered more input than there was room for. */
  refused: boolean;

  constructor(ports: ConsolePortPorts, saved?: SavedConsolePort) {
    this.ports = ports;
    this.#input = new ByteQueue(INPUT_LIMIT, saved && restoreBytes(saved.waiting));
    this.ready = saved?.ready ?? false;
    this.guestOpen = saved?.guestOpen ?? false;
    this.hostOpen = saved?.hostOpen ?? true;
    this.ending = saved?.ending ?? false;
    this.refused = saved?.refused ?? false;
  }

  save(): SavedConsolePort {
    return {
      waiting: saveBytes(this.#input.toBytes()),
      ready: this.ready,
      guestOpen: this.guestOpen,
      hostOpen: this.hostOpen,
      ending: this.ending,
      refused: this.refused,
    };
  }

  /** Bytes that the guest has not got yet. */
  get waiting(): number {
    return this.#input.length;
  }

  /** Takes as much input as there is room for. */
  accept(bytes: Bytes): number {
    return this.#input.push(bytes);
  }

  /** Moves input into the guest's buffers. */
  deliver(queue: Virtqueue): void {
    queue.serve(
      ({ writable }) => writable.reduce((written, segment) => written + this.#input.shift(segment), 0),
      () => this.#input.length > 0,
    );
  }

  /** Asks for more input if some was refused and there is room now. */
  askForInput(): void {
    if (!this.refused || this.#input.length > INPUT_LIMIT / 2) return;
    this.refused = false;
    this.ports.room?.();
  }

  setGuestOpen(open: boolean): void {
    if (open === this.guestOpen) return;
    this.guestOpen = open;
    this.ports.opened?.(open);
  }

  /** The driver starts over. Input that it did not take waits for the next one. */
  reset(): void {
    this.ready = false;
    this.setGuestOpen(false);
  }
}
