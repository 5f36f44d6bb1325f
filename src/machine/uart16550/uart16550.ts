/**
 * 16550A UART, as in National Semiconductor's PC16550D data sheet: the serial port that every kernel can use before
 * it knows anything about the machine. Transmission takes no time; a line has no errors, no parity and no breaks.
 */

import type { Bytes } from "../../base/bytes.ts";
import type { InterruptLine, MmioDevice, Saveable, Width } from "../device.ts";
import { Receiver, type SavedReceiver } from "./receiver.ts";
import {
  FCR_CLEAR_RECEIVER,
  FCR_ENABLE,
  FCR_TRIGGER,
  IER,
  IER_IMPLEMENTED,
  IER_MS,
  IER_RDA,
  IER_RLS,
  IER_THRE,
  IIR_FCR,
  IIR_FIFOS,
  IIR_MS,
  IIR_NONE,
  IIR_RDA,
  IIR_RLS,
  IIR_THRE,
  IIR_TIMEOUT,
  LCR,
  LCR_DLAB,
  LSR,
  LSR_DR,
  LSR_OE,
  LSR_TEMT,
  LSR_THRE,
  MCR,
  MCR_DTR,
  MCR_IMPLEMENTED,
  MCR_LOOP,
  MCR_OUT1,
  MCR_OUT2,
  MCR_RTS,
  MSR,
  MSR_CTS,
  MSR_DCD,
  MSR_DELTAS,
  MSR_DSR,
  MSR_RI,
  MSR_TERI,
  RBR_THR,
  SCR,
} from "./registers.ts";

export interface UartPorts {
  readonly line: InterruptLine;
  /** The guest sent `bytes`; the array is the receiver's to keep. */
  output(bytes: Bytes): void;
  /** There is room for input again, after `receive` had to refuse some. */
  room?(): void;
}

/** The registers that are state; the rest follows from these. */
type Registers = {
  ier: number;
  fcr: number;
  lcr: number;
  mcr: number;
  scr: number;
  dll: number;
  dlm: number;
  msrDeltas: number;
  overrun: boolean;
  /** THR became empty and no read of IIR has told the guest yet. */
  thrEmptied: boolean;
};

export type SavedUart = Readonly<Registers> & { readonly receiver: SavedReceiver; readonly refused: boolean };

const RESET: Readonly<Registers> = {
  ier: 0,
  fcr: 0,
  lcr: 0,
  mcr: 0,
  scr: 0,
  dll: 0,
  dlm: 0,
  msrDeltas: 0,
  overrun: false,
  thrEmptied: false,
};

/** FIFO levels that raise the receive interrupt, by FCR bits 7:6. */
const TRIGGERS = [1, 4, 8, 14] as const;

/** Eight byte-wide registers at offsets 0 to 7; wider accesses reach the register at their offset alone. */
export class Uart16550 implements MmioDevice, Saveable {
  readonly #ports: UartPorts;
  readonly #receiver: Receiver;
  readonly #r: Registers;
  #refused: boolean;

  constructor(ports: UartPorts, saved?: SavedUart) {
    const { receiver, refused, ...registers } = saved ?? { ...RESET, receiver: undefined, refused: false };
    this.#ports = ports;
    this.#receiver = new Receiver(receiver);
    this.#r = registers;
    this.#refused = refused;
    this.#update();
  }

  save(): SavedUart {
    return { ...this.#r, receiver: this.#receiver.save(), refused: this.#refused };
  }

  /** Offers input to the guest. Returns how many bytes were taken; the rest may be offered after `room`. */
  receive(bytes: Bytes): number {
    const accepted = this.#receiver.push(bytes);
    if (accepted < bytes.length) this.#refused = true;
    this.#update();
    return accepted;
  }

  read(offset: number, _width: Width): number {
    if (offset === LSR) return this.#readLsr();
    this.#receiver.endPolling();
    switch (offset) {
      case RBR_THR:
        return this.#dlab ? this.#r.dll : this.#readRbr();
      case IER:
        return this.#dlab ? this.#r.dlm : this.#r.ier;
      case IIR_FCR:
        return this.#readIir();
      case LCR:
        return this.#r.lcr;
      case MCR:
        return this.#r.mcr;
      case MSR:
        return this.#readMsr();
      case SCR:
        return this.#r.scr;
      default:
        return 0;
    }
  }

  write(offset: number, _width: Width, value: number): void {
    this.#receiver.endPolling();
    this.#writeRegister(offset, value & 0xff);
    this.#update();
  }

  #writeRegister(offset: number, byte: number): void {
    const r = this.#r;
    switch (offset) {
      case RBR_THR:
        if (this.#dlab) r.dll = byte;
        else this.#transmit(byte);
        break;
      case IER:
        if (this.#dlab) r.dlm = byte;
        else this.#writeIer(byte & IER_IMPLEMENTED);
        break;
      case IIR_FCR:
        this.#writeFcr(byte);
        break;
      case LCR:
        r.lcr = byte;
        break;
      case MCR:
        this.#writeMcr(byte & MCR_IMPLEMENTED);
        break;
      case SCR:
        r.scr = byte;
        break;
    }
  }

  get #dlab(): boolean {
    return (this.#r.lcr & LCR_DLAB) !== 0;
  }

  get #fifos(): boolean {
    return (this.#r.fcr & FCR_ENABLE) !== 0;
  }

  #readRbr(): number {
    const character = this.#receiver.take();
    this.#update();
    if (this.#refused && this.#receiver.waiting === 0) {
      this.#refused = false;
      this.#ports.room?.();
    }
    return character;
  }

  #readLsr(): number {
    this.#receiver.poll();
    const value =
      LSR_THRE | LSR_TEMT | (this.#r.overrun ? LSR_OE : 0) | (this.#receiver.count > 0 ? LSR_DR : 0);
    this.#r.overrun = false;
    this.#update();
    return value;
  }

  /** Reading IIR acknowledges the transmitter's interrupt, and that one alone. */
  #readIir(): number {
    const source = this.#source();
    if (source === IIR_THRE) this.#r.thrEmptied = false;
    this.#update();
    return source | (this.#fifos ? IIR_FIFOS : 0);
  }

  #readMsr(): number {
    const value = this.#modemLines() | this.#r.msrDeltas;
    this.#r.msrDeltas = 0;
    this.#update();
    return value;
  }

  #transmit(character: number): void {
    const { mcr } = this.#r;
    this.#r.thrEmptied = true;
    if ((mcr & MCR_LOOP) === 0) this.#ports.output(Uint8Array.of(character));
    else if (!this.#receiver.loop(character)) this.#r.overrun = true;
  }

  /** Enabling the transmitter's interrupt while THR is empty raises it at once; drivers rely on that. */
  #writeIer(value: number): void {
    if (value & ~this.#r.ier & IER_THRE) this.#r.thrEmptied = true;
    this.#r.ier = value;
  }

  #writeFcr(value: number): void {
    const toggled = (value ^ this.#r.fcr) & FCR_ENABLE;
    if (toggled || value & FCR_CLEAR_RECEIVER) this.#receiver.clear();
    this.#r.fcr = value & (FCR_ENABLE | FCR_TRIGGER);
  }

  #writeMcr(value: number): void {
    const before = this.#modemLines();
    this.#r.mcr = value;
    const after = this.#modemLines();
    const changed = (before ^ after) & (MSR_CTS | MSR_DSR | MSR_DCD);
    const ringEnded = before & ~after & MSR_RI ? MSR_TERI : 0;
    this.#r.msrDeltas |= ((changed >> 4) & MSR_DELTAS) | ringEnded;
  }

  /** A terminal that is always there; in loopback, the modem control outputs. */
  #modemLines(): number {
    const { mcr } = this.#r;
    if ((mcr & MCR_LOOP) === 0) return MSR_DCD | MSR_DSR | MSR_CTS;
    return (
      (mcr & MCR_RTS ? MSR_CTS : 0) |
      (mcr & MCR_DTR ? MSR_DSR : 0) |
      (mcr & MCR_OUT1 ? MSR_RI : 0) |
      (mcr & MCR_OUT2 ? MSR_DCD : 0)
    );
  }

  /** The most urgent enabled interrupt (table 4 of the data sheet). */
  #source(): number {
    const { ier, overrun, thrEmptied, msrDeltas } = this.#r;
    if (ier & IER_RLS && overrun) return IIR_RLS;
    if (ier & IER_RDA && this.#receiver.count > 0) return this.#triggered() ? IIR_RDA : IIR_TIMEOUT;
    if (ier & IER_THRE && thrEmptied) return IIR_THRE;
    if (ier & IER_MS && msrDeltas) return IIR_MS;
    return IIR_NONE;
  }

  /** Below the trigger level the character timeout applies; no time passes on this wire, so it is always over. */
  #triggered(): boolean {
    const level = TRIGGERS[this.#r.fcr >> 6] ?? 1;
    return !this.#fifos || this.#receiver.count >= level;
  }

  #update(): void {
    if (this.#r.ier & IER_RDA) this.#receiver.arrive();
    this.#ports.line.set(this.#source() !== IIR_NONE);
  }
}
