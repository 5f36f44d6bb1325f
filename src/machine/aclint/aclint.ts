/**
 * Timer and software interrupts of the harts: RISC-V Advanced Core Local Interruptor (ACLINT), devices MSWI and
 * MTIMER, at the offsets of SiFive's CLINT.
 *
 * ```
 * 0x0000 + 4h  msip of hart h, bit 0
 * 0x4000 + 8h  mtimecmp of hart h
 * 0xbff8       mtime
 * ```
 *
 * It has no timer of its own: whoever runs the machine asks `nextDeadline` how long it may wait, and calls `update`.
 */

import { u64 } from "../../base/bits.ts";
import type { InterruptLine, MmioDevice, Saveable, TickClock, Width } from "../device.ts";

export const ACLINT_SIZE = 0x1_0000;

const MTIMECMP = 0x4000;
const MTIME = 0xbff8;
const NEVER = 0xffff_ffff_ffff_ffffn;

export interface AclintPorts {
  readonly clock: TickClock;
  readonly harts: readonly { readonly software: InterruptLine; readonly timer: InterruptLine }[];
}

/** 64-bit values in decimal. */
export type SavedAclint = {
  readonly offset: string;
  readonly harts: readonly { readonly msip: boolean; readonly mtimecmp: string }[];
};

/** `value` with its low or high 32 bits replaced. */
function withHalf(value: bigint, high: boolean, half: number): bigint {
  return high ? BigInt.asUintN(32, value) | (BigInt(half) << 32n) : ((value >> 32n) << 32n) | BigInt(half);
}

/** The low or high 32 bits of `value`. */
function halfOf(value: bigint, high: boolean): number {
  return Number(BigInt.asUintN(32, high ? value >> 32n : value));
}

/** A hart's part of the device. */
class HartTimer {
  readonly software: InterruptLine;
  readonly timer: InterruptLine;
  msip = false;
  mtimecmp = NEVER;

  constructor(ports: AclintPorts["harts"][number], saved?: SavedAclint["harts"][number]) {
    this.software = ports.software;
    this.timer = ports.timer;
    if (!saved) return;
    this.msip = saved.msip;
    this.mtimecmp = BigInt(saved.mtimecmp);
  }
}

/** MSWI and MTIMER for all harts of a machine. */
export class Aclint implements MmioDevice, Saveable {
  readonly #clock: TickClock;
  readonly #harts: readonly HartTimer[];
  /** mtime minus the clock: a guest may set mtime. */
  #offset: bigint;

  constructor(ports: AclintPorts, saved?: SavedAclint) {
    this.#clock = ports.clock;
    this.#harts = ports.harts.map((hart, index) => new HartTimer(hart, saved?.harts[index]));
    this.#offset = BigInt(saved?.offset ?? 0);
    for (const hart of this.#harts) hart.software.set(hart.msip);
    this.update();
  }

  save(): SavedAclint {
    const harts = this.#harts.map(({ msip, mtimecmp }) => ({ msip, mtimecmp: mtimecmp.toString() }));
    return { offset: this.#offset.toString(), harts };
  }

  /** The time that the harts see. */
  get mtime(): bigint {
    return u64(this.#clock.ticks() + this.#offset);
  }

  /** Sets when hart `hart` gets its next timer interrupt, in ticks of mtime; what firmware does. */
  setTimeCompare(hart: number, mtimecmp: bigint): void {
    const timer = this.#harts[hart];
    if (timer) timer.mtimecmp = u64(mtimecmp);
    this.update();
  }

  /** Raises or clears the software interrupt of hart `hart`. */
  setSoftwareInterrupt(hart: number, raised: boolean): void {
    const timer = this.#harts[hart];
    if (!timer) return;
    timer.msip = raised;
    timer.software.set(raised);
  }

  /** Sets every timer line to what the time says. */
  update(): void {
    const now = this.mtime;
    for (const { timer, mtimecmp } of this.#harts) timer.set(now >= mtimecmp);
  }

  /** The earliest future mtimecmp, as a tick of the clock; undefined if no timer is set. */
  nextDeadline(): bigint | undefined {
    const now = this.mtime;
    let next = NEVER;
    for (const { mtimecmp } of this.#harts) if (mtimecmp > now && mtimecmp < next) next = mtimecmp;
    return next === NEVER ? undefined : next - this.#offset;
  }

  read(offset: number, width: Width): number {
    if (width !== 4 || offset % 4 !== 0) return 0;
    if (offset < MTIMECMP) return Number(this.#harts[offset / 4]?.msip ?? false);
    const high = offset % 8 !== 0;
    if (offset >= MTIME) return halfOf(this.mtime, high);
    return halfOf(this.#harts[(offset - MTIMECMP) >>> 3]?.mtimecmp ?? 0n, high);
  }

  write(offset: number, width: Width, value: number): void {
    if (width !== 4 || offset % 4 !== 0) return;
    if (offset < MTIMECMP) this.setSoftwareInterrupt(offset / 4, (value & 1) !== 0);
    else if (offset >= MTIME) this.#writeTime(offset % 8 !== 0, value);
    else this.#writeCompare((offset - MTIMECMP) >>> 3, offset % 8 !== 0, value);
  }

  #writeCompare(hart: number, high: boolean, value: number): void {
    const timer = this.#harts[hart];
    if (timer) this.setTimeCompare(hart, withHalf(timer.mtimecmp, high, value));
  }

  #writeTime(high: boolean, value: number): void {
    this.#offset = withHalf(this.mtime, high, value) - this.#clock.ticks();
    this.update();
  }
}
