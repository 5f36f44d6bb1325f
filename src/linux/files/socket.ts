/** What sockets of all families have in common (socket(7)). */

import type { ErrnoName, Failure, Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { Mode } from "../fs/place.ts";
import { interfaceRequest } from "../net/interface-requests.ts";
import type { SocketAddress } from "../net/socket-address.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { type IoctlMemory, OpenFile, OpenFlag } from "./open-file.ts";
import { FIONREAD } from "./pipe.ts";

export const SocketType = { STREAM: 1, DGRAM: 2, RAW: 3, SEQPACKET: 5 } as const;

/** struct ucred. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

export const NOBODY: PeerCredentials = { pid: 0, uid: 65534, gid: 65534 };

/** What goes with the bytes of a message (SCM_RIGHTS, SCM_CREDENTIALS; IPV6_HOPLIMIT, IPV6_TCLASS). */
export interface Ancillary {
  readonly files: readonly OpenFile[];
  readonly credentials: PeerCredentials;
  readonly hopLimit?: number;
  readonly trafficClass?: number;
}

export const NOTHING: Ancillary = { files: [], credentials: NOBODY };

export interface Received extends Ancillary {
  readonly count: number;
  /** The length of the whole datagram, of which the rest is lost. */
  readonly length: number;
  readonly from: SocketAddress | undefined;
}

let lastInode = 0x8000n;

export abstract class Socket extends OpenFile {
  abstract readonly domain: number;
  readonly type: number;
  readonly protocol: number;
  readonly name: string;
  /** Values of options that were set (setsockopt(2)), by level and number. */
  readonly options = new Map<string, readonly number[]>();
  /** Nanoseconds that receiving and sending wait (SO_RCVTIMEO, SO_SNDTIMEO). */
  readonly timeouts: { receive?: number | undefined; send?: number | undefined } = {};
  readonly #inode = ++lastInode;
  protected error: ErrnoName | undefined;

  constructor(type: number, protocol: number, flags: number) {
    super(OpenFlag.O_RDWR | flags);
    this.type = type;
    this.protocol = protocol;
    this.name = `socket:[${this.#inode}]`;
  }

  attributes(): Outcome<Attributes> {
    return anonymousAttributes(this.#inode, Mode.S_IFSOCK | 0o777);
  }

  abstract get address(): SocketAddress;
  abstract get peerAddress(): Outcome<SocketAddress>;
  abstract get isListening(): boolean;
  /** Bytes that can be received. */
  protected abstract get available(): number;
  /** EAGAIN where it has to wait for the platform. */
  abstract listen(backlog: number): Failure | undefined;
  abstract accept(): Outcome<Socket>;
  /** To the peer. */
  abstract send(from: Uint8Array, ancillary: Ancillary): Outcome<number>;
  /** The files that come with it are held for whoever receives them; not where it only `peeks`. */
  abstract receive(into: Uint8Array, peeks: boolean): Outcome<Received>;
  abstract shutdown(reading: boolean, writing: boolean): Failure | undefined;

  /** SO_ERROR: what went wrong meanwhile, once. */
  takeError(): ErrnoName | undefined {
    const { error } = this;
    this.error = undefined;
    return error;
  }

  override get readTimeout(): number | undefined {
    return this.timeouts.receive;
  }

  override get writeTimeout(): number | undefined {
    return this.timeouts.send;
  }

  override read(into: Uint8Array): Outcome<number> {
    const received = this.receive(into, false);
    if ("errno" in received) return received;
    for (const file of received.files) file.release();
    return received.count;
  }

  override write(from: Uint8Array): Outcome<number> {
    return this.send(from, NOTHING);
  }

  override ioctl(request: number, argument: number, memory: IoctlMemory): Outcome<number> {
    const answer = interfaceRequest(request, argument, memory);
    if (answer !== undefined) return answer;
    if (request !== FIONREAD) return { errno: "ENOTTY" };
    if (this.isListening) return { errno: "EINVAL" };
    const waiting = new Uint8Array(new Uint32Array([this.available]).buffer);
    return memory.write(argument, waiting) ? 0 : { errno: "EFAULT" };
  }
}
