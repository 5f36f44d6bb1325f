/** epoll(7): a set of open files, and which of them are ready. */

import type { Failure, Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { OpenFile, OpenFlag, Poll } from "./open-file.ts";

export const EpollFlag = { EXCLUSIVE: 1 << 28, ONESHOT: 1 << 30, ET: 1 << 31 } as const;

export interface EpollEvent {
  readonly events: number;
  readonly data: bigint;
}

interface Interest extends EpollEvent {
  readonly descriptor: number;
  readonly file: OpenFile;
  readonly wake: () => void;
  /** Edge-triggered: something has changed since it was reported. */
  isNew: boolean;
  /** EPOLLONESHOT: it has been reported. */
  isSpent: boolean;
}

const MOST_INTERESTS = 65536;
const DEEPEST = 5;

export class EpollFile extends OpenFile {
  readonly name = "anon_inode:[eventpoll]";
  readonly #interests = new Map<string, Interest>();
  readonly #ids = new WeakMap<OpenFile, number>();
  #lastId = 0;

  constructor() {
    super(OpenFlag.O_RDWR);
  }

  attributes(): Outcome<Attributes> {
    return anonymousAttributes(1n, 0o600);
  }

  /** A descriptor and its open file: the same number may be another file's later. */
  #key(descriptor: number, file: OpenFile): string {
    const id = this.#ids.get(file) ?? ++this.#lastId;
    this.#ids.set(file, id);
    return `${descriptor}:${id}`;
  }

  add(descriptor: number, file: OpenFile, { events, data }: EpollEvent): Failure | undefined {
    const key = this.#key(descriptor, file);
    if (this.#interests.has(key)) return { errno: "EEXIST" };
    if (this.#interests.size >= MOST_INTERESTS) return { errno: "ENOSPC" };
    if (file instanceof EpollFile && file.depth(this) > DEEPEST) return { errno: "ELOOP" };
    const interest: Interest = {
      descriptor,
      file,
      events,
      data,
      isNew: true,
      isSpent: false,
      wake: () => {
        const current = this.#interests.get(key);
        if (current) current.isNew = true;
        this.changed.wake();
      },
    };
    this.#interests.set(key, interest);
    file.changed.add(interest.wake);
    file.onClose(interest.wake, () => this.#forget(key));
    if (file.poll() & events) this.changed.wake();
    return undefined;
  }

  modify(descriptor: number, file: OpenFile, { events, data }: EpollEvent): Failure | undefined {
    const key = this.#key(descriptor, file);
    const old = this.#interests.get(key);
    if (!old) return { errno: "ENOENT" };
    this.#interests.set(key, { ...old, events, data, isNew: true, isSpent: false });
    this.changed.wake();
    return undefined;
  }

  remove(descriptor: number, file: OpenFile): Failure | undefined {
    return this.#forget(this.#key(descriptor, file)) ? undefined : { errno: "ENOENT" };
  }

  #forget(key: string): boolean {
    const interest = this.#interests.get(key);
    if (!interest) return false;
    interest.file.changed.remove(interest.wake);
    interest.file.offClose(interest.wake);
    return this.#interests.delete(key);
  }

  /** How many levels of epoll files there are below; more than DEEPEST where `above` is among them. */
  depth(above: EpollFile): number {
    if ((this as EpollFile) === above) return DEEPEST + 1;
    const below = [...this.#interests.values()].map(({ file }) =>
      file instanceof EpollFile ? file.depth(above) : 0,
    );
    return 1 + Math.max(0, ...below);
  }

  /** What is ready, at most `count`; those that are reported come last the next time. */
  ready(count: number): EpollEvent[] {
    const found: EpollEvent[] = [];
    for (const [key, interest] of [...this.#interests]) {
      if (found.length >= count) break;
      const events = this.#eventsOf(interest);
      if (events === 0) continue;
      found.push({ events, data: interest.data });
      interest.isNew = false;
      if (interest.events & EpollFlag.ONESHOT) interest.isSpent = true;
      this.#interests.delete(key);
      this.#interests.set(key, interest);
    }
    return found;
  }

  #eventsOf({ file, events, isNew, isSpent }: Interest): number {
    if (isSpent || (events & EpollFlag.ET && !isNew)) return 0;
    return file.poll() & (events | Poll.ERR | Poll.HUP) & 0xffff;
  }

  override poll(): number {
    const some = [...this.#interests.values()].some((interest) => this.#eventsOf(interest) !== 0);
    return some ? Poll.IN | Poll.RDNORM : 0;
  }

  protected override close(): void {
    for (const key of [...this.#interests.keys()]) this.#forget(key);
  }
}
