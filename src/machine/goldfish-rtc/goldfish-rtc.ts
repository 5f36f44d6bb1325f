/**
 * Goldfish real-time clock, the virtual device of Android's emulator ("google,goldfish-rtc"): the time of day in
 * nanoseconds, and an alarm. Reading TIME_LOW latches TIME_HIGH; writing a low half takes the high half with it.
 *
 * It has no timer of its own: whoever runs the machine asks `nextDeadline` how long it may wait, and calls `update`.
 */

import { u64 } from "../../base/bits.ts";
import type { InterruptLine, MmioDevice, Saveable, WallClock, Width } from "../device.ts";

export const GOLDFISH_RTC_SIZE = 0x1000;

const TIME_LOW = 0x00;
const TIME_HIGH = 0x04;
const ALARM_LOW = 0x08;
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_ALARM = 0x14;
const ALARM_STATUS = 0x18;
const CLEAR_INTERRUPT = 0x1c;

export interface GoldfishRtcPorts {
  readonly clock: WallClock;
  readonly line: InterruptLine;
}

/** 64-bit values in decimal. */
export type SavedGoldfishRtc = {
  readonly offset: string;
  /** When the alarm goes off; null if it is not set. */
  readonly alarm: string | null;
  readonly timeHigh: number;
  readonly alarmHigh: number;
  readonly enabled: boolean;
  readonly pending: boolean;
};

const RESET: SavedGoldfishRtc = {
  offset: "0",
  alarm: null,
  timeHigh: 0,
  alarmHigh: 0,
  enabled: false,
  pending: false,
};

/** Word registers at offsets 0 to 0x1f. */
export class GoldfishRtc implements MmioDevice, Saveable {
  readonly #ports: GoldfishRtcPorts;
  /** The guest's time minus the host's: the guest may set its clock. */
  #offset: bigint;
  #alarm: bigint | undefined;
  #timeHigh: number;
  #alarmHigh: number;
  #enabled: boolean;
  #pending: boolean;

  constructor(ports: GoldfishRtcPorts, saved: SavedGoldfishRtc = RESET) {
    this.#ports = ports;
    this.#offset = BigInt(saved.offset);
    this.#alarm = saved.alarm === null ? undefined : BigInt(saved.alarm);
    this.#timeHigh = saved.timeHigh;
    this.#alarmHigh = saved.alarmHigh;
    this.#enabled = saved.enabled;
    this.#pending = saved.pending;
    this.update();
  }

  save(): SavedGoldfishRtc {
    return {
      offset: this.#offset.toString(),
      alarm: this.#alarm?.toString() ?? null,
      timeHigh: this.#timeHigh,
      alarmHigh: this.#alarmHigh,
      enabled: this.#enabled,
      pending: this.#pending,
    };
  }

  /** Lets the alarm go off if its time has come, and sets the line. */
  update(): void {
    if (this.#alarm !== undefined && this.#now >= this.#alarm) {
      this.#alarm = undefined;
      this.#pending = true;
    }
    this.#ports.line.set(this.#pending && this.#enabled);
  }

  /** When the alarm will go off, in nanoseconds of the wall clock; undefined if it is not set. */
  nextDeadline(): bigint | undefined {
    return this.#alarm === undefined ? undefined : this.#alarm - this.#offset;
  }

  read(offset: number, _width: Width): number {
    switch (offset) {
      case TIME_LOW: {
        const now = this.#now;
        this.#timeHigh = Number(now >> 32n);
        return Number(BigInt.asUintN(32, now));
      }
      case TIME_HIGH:
        return this.#timeHigh;
      case ALARM_LOW:
        return Number(BigInt.asUintN(32, this.#alarm ?? 0n));
      case ALARM_HIGH:
        return this.#alarmHigh;
      case IRQ_ENABLED:
        return Number(this.#enabled);
      case ALARM_STATUS:
        return Number(this.#alarm !== undefined);
      default:
        return 0;
    }
  }

  write(offset: number, _width: Width, value: number): void {
    switch (offset) {
      case TIME_LOW:
        this.#offset = join(this.#timeHigh, value) - this.#ports.clock.nanoseconds();
        break;
      case TIME_HIGH:
        this.#timeHigh = value;
        break;
      case ALARM_LOW:
        this.#alarm = join(this.#alarmHigh, value);
        break;
      case ALARM_HIGH:
        this.#alarmHigh = value;
        break;
      case IRQ_ENABLED:
        this.#enabled = (value & 1) !== 0;
        break;
      case CLEAR_ALARM:
        this.#alarm = undefined;
        break;
      case CLEAR_INTERRUPT:
        this.#pending = false;
        break;
    }
    this.update();
  }

  get #now(): bigint {
    return u64(this.#ports.clock.nanoseconds() + this.#offset);
  }
}

function join(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
