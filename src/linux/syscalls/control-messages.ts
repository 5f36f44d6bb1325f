/** Control data of messages (cmsg(3)): open files and credentials (unix(7)), hop limits and traffic classes (ipv6(7)). */

import { viewOf } from "../../base/bytes.ts";
import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import type { Ancillary, PeerCredentials, Socket } from "../files/socket.ts";
import { Family } from "../net/socket-address.ts";
import type { CallContext } from "./call.ts";
import { addDescriptor } from "./open.ts";
import { ownCredentials } from "./socket-names.ts";

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const SCM_CREDENTIALS = 2;
const SOL_IPV6 = 41;
const IPV6_HOPLIMIT = 52;
const IPV6_TCLASS = 67;
/** struct cmsghdr: length, level, type. */
const HEADER = 16;
/** struct ucred. */
const CREDENTIALS_BYTES = 12;
const MOST_CONTROL = 4096;
/** SCM_MAX_FD. */
const MOST_FILES = 253;
/** Options that ask for control data, by level and number: SO_PASSCRED, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS. */
const PASSCRED = "1:16";
const RECVHOPLIMIT = "41:51";
const RECVTCLASS = "41:66";

/** Where a program has control data, or room for them. */
export interface ControlPlace {
  readonly control: number;
  readonly controlLength: number;
}

const align = (length: number): number => Math.ceil(length / 8) * 8;

/** What a message shall carry. */
export function readControl(
  context: CallContext,
  { control, controlLength }: ControlPlace,
): Outcome<Ancillary> {
  const own = { files: [], credentials: ownCredentials(context) };
  if (control === 0 || controlLength === 0) return own;
  if (controlLength > MOST_CONTROL) return { errno: "ENOBUFS" };
  const view = context.memory.get(control, controlLength);
  if (failed(view)) return view;
  const files: OpenFile[] = [];
  let credentials: PeerCredentials = own.credentials;
  const hops: { hopLimit?: number; trafficClass?: number } = {};
  for (let at = 0; at + HEADER <= controlLength; ) {
    const length = Number(view.getBigUint64(at, true));
    if (length < HEADER || at + length > controlLength) return { errno: "EINVAL" };
    const isOurs = view.getInt32(at + 8, true) === SOL_SOCKET;
    const type = view.getInt32(at + 12, true);
    const payload = new DataView(view.buffer, at + HEADER, length - HEADER);
    if (isOurs && type === SCM_RIGHTS) {
      const refused = readRights(context, payload, files);
      if (refused) return refused;
    } else if (isOurs && type === SCM_CREDENTIALS) {
      const given = readCredentials(context, payload);
      if (failed(given)) return given;
      credentials = given;
    } else if (isOurs) return { errno: "EINVAL" };
    else if (view.getInt32(at + 8, true) === SOL_IPV6 && payload.byteLength >= 4) {
      if (type === IPV6_HOPLIMIT) hops.hopLimit = payload.getInt32(0, true);
      if (type === IPV6_TCLASS) hops.trafficClass = payload.getInt32(0, true);
    }
    at += align(length);
  }
  const isValid = Object.values(hops).every((value) => value >= -1 && value <= 255);
  return files.length > MOST_FILES || !isValid ? { errno: "EINVAL" } : { files, credentials, ...hops };
}

function readRights({ process }: CallContext, payload: DataView, files: OpenFile[]): Failure | undefined {
  for (let entry = 0; entry + 4 <= payload.byteLength; entry += 4) {
    const found = process.descriptors.get(payload.getInt32(entry, true));
    if (failed(found)) return found;
    files.push(found);
  }
  return undefined;
}

/** Only root may say that it is another one. */
function readCredentials({ process }: CallContext, payload: DataView): Outcome<PeerCredentials> {
  if (payload.byteLength !== CREDENTIALS_BYTES) return { errno: "EINVAL" };
  const [pid, uid, gid] = [payload.getInt32(0, true), payload.getUint32(4, true), payload.getUint32(8, true)];
  const own = process.credentials;
  const isTrue =
    pid === process.id &&
    [own.uid, own.euid, own.suid].includes(uid) &&
    [own.gid, own.egid, own.sgid].includes(gid);
  return isTrue || own.euid === 0 ? { pid, uid, gid } : { errno: "EPERM" };
}

/** Control data as they are stored, in the room that a program has for them. */
class ControlWriter {
  readonly #bytes: Uint8Array;
  used = 0;
  isCut = false;

  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  /** The room for the payload of another message. */
  get room(): number {
    return this.#bytes.length - this.used - HEADER;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.used);
  }

  /** Adds a message of 32-bit words, cut where there is too little room. */
  add(level: number, type: number, words: readonly number[]): void {
    const whole = new Uint8Array(HEADER + 4 * words.length);
    const length = Math.min(whole.length, HEADER + this.room);
    this.isCut ||= length < whole.length;
    if (length < HEADER) return;
    const view = viewOf(whole);
    view.setBigUint64(0, BigInt(length), true);
    view.setInt32(8, level, true);
    view.setInt32(12, type, true);
    for (const [index, word] of words.entries()) view.setInt32(HEADER + 4 * index, word, true);
    this.#bytes.set(whole.subarray(0, length), this.used);
    this.used = Math.min(this.#bytes.length, this.used + align(whole.length));
  }
}

/** Whether a program has asked for something by an option. */
const asksFor = (socket: Socket, option: string): boolean => socket.options.get(option)?.[0] === 1;

/** Stores what came with a message; how many bytes that made, and whether there was too little room. */
export function deliverControl(
  context: CallContext,
  socket: Socket,
  { files, credentials, hopLimit, trafficClass }: Ancillary,
  place: ControlPlace,
  closesOnExec: boolean,
): { readonly bytes: number; readonly isCut: boolean } {
  const writer = new ControlWriter(place.control === 0 ? 0 : Math.min(place.controlLength, MOST_CONTROL));
  if (socket.domain === Family.UNIX && asksFor(socket, PASSCRED)) {
    writer.add(SOL_SOCKET, SCM_CREDENTIALS, [credentials.pid, credentials.uid, credentials.gid]);
  }
  if (socket.domain === Family.INET6 && hopLimit !== undefined && asksFor(socket, RECVHOPLIMIT)) {
    writer.add(SOL_IPV6, IPV6_HOPLIMIT, [hopLimit]);
  }
  if (socket.domain === Family.INET6 && trafficClass !== undefined && asksFor(socket, RECVTCLASS)) {
    writer.add(SOL_IPV6, IPV6_TCLASS, [trafficClass]);
  }
  const numbers = giveDescriptors(context, files, Math.floor(writer.room / 4), closesOnExec);
  if (numbers.length > 0) writer.add(SOL_SOCKET, SCM_RIGHTS, numbers);
  context.memory.write(place.control, writer.bytes);
  return { bytes: writer.used, isCut: writer.isCut || numbers.length < files.length };
}

function giveDescriptors(
  context: CallContext,
  files: readonly OpenFile[],
  room: number,
  closesOnExec: boolean,
): number[] {
  const numbers: number[] = [];
  for (const open of files.slice(0, Math.max(0, room))) {
    const added = addDescriptor(context, open, closesOnExec ? OpenFlag.O_CLOEXEC : 0);
    if (failed(added)) break;
    numbers.push(added);
  }
  for (const open of files) open.release();
  return numbers;
}
