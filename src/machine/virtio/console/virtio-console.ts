/**
 * Console device: VIRTIO 1.2, section 5.3. Several ports: port 0 is a terminal (hvc0), the others are named streams
 * (/dev/vportNpM). Queues 0 and 1 are port 0's, 2 and 3 the control queues, then two for each further port; the first of
 * each pair is what the driver receives.
 */

import { type Bytes, utf8, viewOf } from "../../../base/bytes.ts";
import { restoreBytes, saveBytes } from "../../saved-bytes.ts";
import type { Chain } from "../chain.ts";
import { gather, scatter, splitAt } from "../segments.ts";
import type { VirtioDevice, VirtioDriver } from "../virtio-device.ts";
import { ConsolePort, type ConsolePortPorts, type SavedConsolePort } from "./console-port.ts";
import {
  CONSOLE_PORT,
  type ControlMessage,
  DEVICE_READY,
  decodeMessage,
  encodeMessage,
  MESSAGE_SIZE,
  PORT_ADD,
  PORT_NAME,
  PORT_OPEN,
  PORT_READY,
  RESIZE,
} from "./messages.ts";

const TYPE = 3;
const QUEUE_SIZE = 64;
const CONTROL_RECEIVE = 2;
const CONTROL_TRANSMIT = 3;

const F_SIZE = 1n << 0n;
const F_MULTIPORT = 1n << 1n;

/** `{ cols: u16, rows: u16, max_nr_ports: u32, emerg_wr: u32 }`. */
const CONFIG_SIZE = 12;

/** Control messages that may wait for the driver's buffers, for each port: twice what starting a port takes. */
const MESSAGES_PER_PORT = 12;

export interface VirtioConsolePorts {
  /** Port 0, the terminal, first. */
  readonly ports: readonly ConsolePortPorts[];
  /**
   * The order of the two numbers in a RESIZE message. The specification has columns first; Linux has read rows first
   * since 2009 and columns first only in recent versions. Rows first if absent.
   */
  readonly resizeOrder?: "rows-first" | "columns-first";
}

export type SavedVirtioConsole = {
  readonly columns: number;
  readonly rows: number;
  readonly messages: readonly string[];
  readonly ports: readonly SavedConsolePort[];
  readonly misuse: number;
};

/** A terminal and any number of streams. */
export class VirtioConsole implements VirtioDevice {
  readonly type = TYPE;
  readonly features = F_SIZE | F_MULTIPORT;
  readonly queueSizes: readonly number[];
  readonly config = new Uint8Array(CONFIG_SIZE);
  readonly #ports: readonly ConsolePort[];
  readonly #rowsFirst: boolean;
  /** Control messages on their way to the driver. */
  #messages: Bytes[];
  #driver: VirtioDriver | undefined;
  #misuse: number;

  constructor(ports: VirtioConsolePorts, saved?: SavedVirtioConsole) {
    this.#ports = ports.ports.map((port, index) => new ConsolePort(port, saved?.ports[index]));
    this.queueSizes = new Array(2 * this.#ports.length + 2).fill(QUEUE_SIZE);
    this.#rowsFirst = ports.resizeOrder !== "columns-first";
    this.#messages = (saved?.messages ?? []).map(restoreBytes);
    this.#misuse = saved?.misuse ?? 0;
    const view = viewOf(this.config);
    view.setUint16(0, saved?.columns ?? 0, true);
    view.setUint16(2, saved?.rows ?? 0, true);
    view.setUint32(4, this.#ports.length, true);
  }

  save(): SavedVirtioConsole {
    return {
      columns: this.#columns,
      rows: this.#rows,
      messages: this.#messages.map(saveBytes),
      ports: this.#ports.map((port) => port.save()),
      misuse: this.#misuse,
    };
  }

  /** Messages that no driver should send, and messages lost because the driver took none. */
  get misuse(): number {
    return this.#misuse;
  }

  /** Offers input to a port. Returns how many bytes were taken; the rest may be offered after `room`. */
  input(index: number, bytes: Bytes): number {
    const port = this.#ports[index];
    if (!port || port.ending || !port.hostOpen) return 0;
    let accepted = 0;
    for (let step = 1; step > 0 && accepted < bytes.length; accepted += step) {
      step = port.accept(bytes.subarray(accepted));
      this.#deliver(index, port);
    }
    port.refused = accepted < bytes.length;
    return accepted;
  }

  /** Closes the host's end of a port: the guest reads what was put in before, then the end of the file. */
  end(index: number): void {
    const port = this.#ports[index];
    if (!port?.hostOpen) return;
    port.ending = true;
    this.#pump(index, port);
  }

  /** Whether the guest has a port open. */
  isOpen(index: number): boolean {
    return this.#ports[index]?.guestOpen ?? false;
  }

  /** Tells the guest the size of the terminal. */
  resize(columns: number, rows: number): void {
    const view = viewOf(this.config);
    view.setUint16(0, columns, true);
    view.setUint16(2, rows, true);
    this.#driver?.configChanged();
    if (this.#ports[0]?.ready) this.#sendSize();
    this.#flushMessages();
  }

  connect(driver: VirtioDriver): void {
    this.#driver = driver;
  }

  reset(): void {
    this.#messages = [];
    for (const port of this.#ports) port.reset();
  }

  notify(queue: number): void {
    if (queue === CONTROL_RECEIVE) this.#flushMessages();
    else if (queue === CONTROL_TRANSMIT) this.#driver?.queue(queue)?.serve((chain) => this.#control(chain));
    else this.#notifyPort(queue);
  }

  #notifyPort(queue: number): void {
    const index = queue < CONTROL_RECEIVE ? 0 : (queue >>> 1) - 1;
    const port = this.#ports[index];
    if (!port) return;
    if (queue % 2 === 0) this.#pump(index, port);
    else this.#driver?.queue(queue)?.serve((chain) => transmit(port, chain));
  }

  /** Moves input on; when the last of it is with the guest, the host's end may close. */
  #pump(index: number, port: ConsolePort): void {
    this.#deliver(index, port);
    if (port.ending && port.waiting === 0) {
      port.ending = false;
      port.hostOpen = false;
      if (port.ready) this.#send({ port: index, event: PORT_OPEN, value: 0 });
      this.#flushMessages();
    }
    port.askForInput();
  }

  /** Moves input into the buffers that the driver has provided, if it wants input. */
  #deliver(index: number, port: ConsolePort): void {
    if (!port.guestOpen && this.#multiport) return;
    const queue = this.#driver?.queue(index === 0 ? 0 : 2 * index + 2);
    if (queue) port.deliver(queue);
  }

  get #multiport(): boolean {
    return ((this.#driver?.features ?? 0n) & F_MULTIPORT) !== 0n;
  }

  get #columns(): number {
    return viewOf(this.config).getUint16(0, true);
  }

  get #rows(): number {
    return viewOf(this.config).getUint16(2, true);
  }

  /** A message from the driver. */
  #control(chain: Chain): number {
    const [head] = splitAt(chain.readable, MESSAGE_SIZE);
    const message = decodeMessage(gather(head));
    if (!message || !this.#obey(message)) this.#misuse++;
    this.#flushMessages();
    return 0;
  }

  /** Does what the driver asks for; false if it makes no sense. */
  #obey({ port: index, event, value }: ControlMessage): boolean {
    if (event === DEVICE_READY) {
      if (value === 1) for (const port of this.#ports.keys()) this.#send({ port, event: PORT_ADD, value: 1 });
      return true;
    }
    const port = this.#ports[index];
    if (!port) return false;
    switch (event) {
      case PORT_READY:
        if (value === 1) this.#start(index, port);
        return true;
      case PORT_OPEN:
        port.setGuestOpen(value === 1);
        this.#pump(index, port);
        return true;
      default:
        return false;
    }
  }

  /** Tells the driver about a port that it now knows. */
  #start(index: number, port: ConsolePort): void {
    port.ready = true;
    if (index === 0) {
      this.#send({ port: index, event: CONSOLE_PORT, value: 1 });
      this.#sendSize();
    }
    this.#send({ port: index, event: PORT_NAME, value: 1 }, utf8(port.ports.name));
    if (port.hostOpen) this.#send({ port: index, event: PORT_OPEN, value: 1 });
  }

  /** Tells the terminal's size, if there is one; only the latest counts. */
  #sendSize(): void {
    if (this.#columns === 0 || this.#rows === 0) return;
    const size = new Uint8Array(4);
    viewOf(size).setUint16(0, this.#rowsFirst ? this.#rows : this.#columns, true);
    viewOf(size).setUint16(2, this.#rowsFirst ? this.#columns : this.#rows, true);
    this.#messages = this.#messages.filter((message) => decodeMessage(message)?.event !== RESIZE);
    this.#send({ port: 0, event: RESIZE, value: 0 }, size);
  }

  #send(message: ControlMessage, data?: Bytes): void {
    if (this.#messages.length < MESSAGES_PER_PORT * this.#ports.length) {
      this.#messages.push(encodeMessage(message, data));
    } else this.#misuse++;
  }

  /** Hands waiting messages to the driver, one a buffer. */
  #flushMessages(): void {
    if (!this.#multiport) return;
    this.#driver?.queue(CONTROL_RECEIVE)?.serve(
      ({ writable }) => scatter(this.#messages.shift() ?? new Uint8Array(0), writable),
      () => this.#messages.length > 0,
    );
  }
}

/** Passes on what the guest wrote to a port, without copying it. */
function transmit(port: ConsolePort, chain: Chain): number {
  for (const segment of chain.readable) port.ports.output(segment);
  return 0;
}
