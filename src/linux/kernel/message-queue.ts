/** A queue of messages that have types (msgop(2)). */

import { type IpcCreation, IpcObject } from "./ipc-table.ts";
import { WaitQueue } from "./wait.ts";

/** MSGMNB. */
const USUAL_BYTES = 16384;

export interface Message {
  readonly type: number;
  readonly text: Uint8Array;
}

export class MessageQueue extends IpcObject {
  readonly messages: Message[] = [];
  /** Wakes senders and receivers; once more when the queue is gone. */
  readonly changed = new WaitQueue();
  mostBytes = USUAL_BYTES;
  isRemoved = false;
  last = { sendTime: 0, receiveTime: 0, sender: 0, receiver: 0 };

  constructor(creation: IpcCreation) {
    super(creation);
  }

  get bytes(): number {
    return this.messages.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** Whether there is room; empty messages count too. */
  hasRoom(length: number): boolean {
    return this.bytes + length <= this.mostBytes && this.messages.length < this.mostBytes;
  }

  send(message: Message, pid: number, now: number): void {
    this.messages.push(message);
    this.last = { ...this.last, sendTime: now, sender: pid };
    this.changed.wake();
  }

  /** The first message of a type; of any for 0; of the lowest that is at most -type; of any other with `except`. */
  find(type: number, except: boolean): Message | undefined {
    if (type === 0) return this.messages[0];
    if (type > 0) return this.messages.find((message) => (message.type === type) !== except);
    const lowest = Math.min(...this.messages.map((message) => message.type));
    return lowest <= -type ? this.messages.find((message) => message.type === lowest) : undefined;
  }

  take(message: Message, pid: number, now: number): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    this.last = { ...this.last, receiveTime: now, receiver: pid };
    this.changed.wake();
  }

  removed(): void {
    this.isRemoved = true;
    this.changed.wake();
  }
}
