/**
 * What System V's shared memory, semaphores and message queues have in common (sysvipc(7)): keys, numbers, owners. All of it is
 * there for the run only.
 *
 * A number is `sequence << 15 | place`; the sequence changes when a place is used again, so that old numbers stay wrong.
 */

import { viewOf } from "../../base/bytes.ts";
import type { Failure, Outcome } from "../../base/errno.ts";
import type { Credentials } from "../fs/credentials.ts";

export const IPC_PRIVATE = 0;
export const Ipc = { CREAT: 0o1000, EXCL: 0o2000, NOWAIT: 0o4000 } as const;
const PERMISSIONS = 0o777;
/** SHMMNI, and as many of the others: Linux has more, which nobody uses. */
const MOST_OBJECTS = 4096;
const PLACE_BITS = 15;
const MOST_SEQUENCES = 0x8000;
export const PERMISSION_BYTES = 48;

export abstract class IpcObject {
  readonly id: number;
  key: number;
  uid: number;
  gid: number;
  readonly #creator: { readonly uid: number; readonly gid: number };
  mode: number;
  /** Seconds since 1970. */
  changeTime: number;

  constructor({ id, key, mode, credentials, now }: IpcCreation) {
    this.id = id;
    this.key = key;
    this.mode = mode;
    this.uid = credentials.euid;
    this.gid = credentials.egid;
    this.#creator = { uid: this.uid, gid: this.gid };
    this.changeTime = now;
  }

  /** Whether nothing is left of it but its number. */
  get isGone(): boolean {
    return false;
  }

  /** Bits as in S_IRUGO and S_IWUGO; any of the three groups of them will do. */
  mayAccess({ euid, egid, groups }: Credentials, flags: number): boolean {
    if (euid === 0) return true;
    const wanted = (flags >> 6) | (flags >> 3) | flags;
    const isIn = (group: number): boolean => group === egid || groups.includes(group);
    const isOwner = euid === this.#creator.uid || euid === this.uid;
    const shift = isOwner ? 6 : isIn(this.#creator.gid) || isIn(this.gid) ? 3 : 0;
    return (wanted & ~(this.mode >> shift) & 7) === 0;
  }

  mayChange({ euid }: Credentials): boolean {
    return euid === 0 || euid === this.#creator.uid || euid === this.uid;
  }

  /** struct ipc64_perm. */
  permissionBytes(): Uint8Array {
    const bytes = new Uint8Array(PERMISSION_BYTES);
    const view = viewOf(bytes);
    const { uid, gid } = this.#creator;
    for (const [index, word] of [this.key, this.uid, this.gid, uid, gid, this.mode].entries())
      view.setUint32(4 * index, word, true);
    view.setUint16(24, this.id >> PLACE_BITS, true);
    return bytes;
  }

  /** IPC_SET: owner, group and permissions out of a struct ipc64_perm. */
  setPermissions(view: DataView, now: number): void {
    this.uid = view.getUint32(4, true);
    this.gid = view.getUint32(8, true);
    this.mode = (this.mode & ~PERMISSIONS) | (view.getUint32(20, true) & PERMISSIONS);
    this.changeTime = now;
  }
}

export interface IpcCreation {
  readonly id: number;
  readonly key: number;
  readonly mode: number;
  readonly credentials: Credentials;
  readonly now: number;
}

export class IpcTable<T extends IpcObject> {
  /** By place. */
  readonly #objects = new Map<number, T>();
  readonly #sequences = new Map<number, number>();

  get all(): T[] {
    for (const [place, object] of this.#objects) if (object.isGone) this.#free(place);
    return [...this.#objects.values()];
  }

  /** The highest place that is used; 0 where none is. */
  get lastPlace(): number {
    return Math.max(0, ...this.all.map(({ id }) => placeOf(id)));
  }

  find(id: number): Outcome<T> {
    const object = this.at(id < 0 ? -1 : placeOf(id));
    return object?.id === id ? object : { errno: "EINVAL" };
  }

  at(place: number): T | undefined {
    const object = this.#objects.get(place);
    if (!object?.isGone) return object;
    this.#free(place);
    return undefined;
  }

  /** shmget(2) and its like: the object of a key, which must pass `check`, or a new one. */
  get(
    key: number,
    flags: number,
    who: { readonly credentials: Credentials; readonly now: number },
    check: (known: T) => Failure | undefined,
    make: (creation: IpcCreation) => Outcome<T>,
  ): Outcome<T> {
    const known = key === IPC_PRIVATE ? undefined : this.all.find((object) => object.key === key);
    if (!known && key !== IPC_PRIVATE && !(flags & Ipc.CREAT)) return { errno: "ENOENT" };
    if (!known) return this.#create({ ...who, key, mode: flags & PERMISSIONS }, make);
    if (flags & Ipc.CREAT && flags & Ipc.EXCL) return { errno: "EEXIST" };
    const refused = check(known);
    if (refused) return refused;
    return known.mayAccess(who.credentials, flags & PERMISSIONS) ? known : { errno: "EACCES" };
  }

  #create(creation: Omit<IpcCreation, "id">, make: (creation: IpcCreation) => Outcome<T>): Outcome<T> {
    let place = 0;
    while (this.at(place)) place++;
    if (place >= MOST_OBJECTS) return { errno: "ENOSPC" };
    const made = make({ ...creation, id: ((this.#sequences.get(place) ?? 0) << PLACE_BITS) | place });
    if (made instanceof IpcObject) this.#objects.set(place, made);
    return made;
  }

  remove({ id }: T): void {
    this.#free(placeOf(id));
  }

  #free(place: number): void {
    this.#objects.delete(place);
    this.#sequences.set(place, ((this.#sequences.get(place) ?? 0) + 1) % MOST_SEQUENCES);
  }
}

const placeOf = (id: number): number => id & ((1 << PLACE_BITS) - 1);
