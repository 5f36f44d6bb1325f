/** Control data of messages (cmsg(3)): open files and credentials (unix(7), SCM_RIGHTS and SCM_CREDENTIALS). */

import { concatBytes, viewOf } from "../../base/bytes.ts";
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
/** struct cmsghdr: length, level, type. */
const HEADER = 16;
/** struct ucred. */
const CREDENTIALS_BYTES = 12;
const MOST_CONTROL = 4096;
/** SCM_MAX_FD. */
const MOST_FILES = 253;
/** The option that asks for credentials (SO_PASSCRED), by level and number. */
const PASSCRED = "1:16";

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
    at += align(length);
  }
  return files.length > MOST_FILES ? { errno: "EINVAL" } : { files, credentials };
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

/** Stores what came with a message; how many bytes that made, and whether there was too little room. */
export function deliverControl(
  context: CallContext,
  socket: Socket,
  { files, credentials }: Ancillary,
  place: ControlPlace,
  closesOnExec: boolean,
): { readonly bytes: number; readonly isCut: boolean } {
  const parts: Uint8Array[] = [];
  let left = place.control === 0 ? 0 : Math.min(place.controlLength, MOST_CONTROL);
  let isCut = false;
  if (socket.domain === Family.UNIX && socket.options.get(PASSCRED)?.[0]) {
    const { pid, uid, gid } = credentials;
    const message = controlMessage(SCM_CREDENTIALS, [pid, uid, gid]);
    if (left >= HEADER + CREDENTIALS_BYTES) {
      parts.push(message.subarray(0, left));
      left = Math.max(0, left - message.length);
    } else isCut = true;
  }
  const numbers = giveDescriptors(context, files, Math.floor((left - HEADER) / 4), closesOnExec);
  if (numbers.length > 0) parts.push(controlMessage(SCM_RIGHTS, numbers).subarray(0, left));
  context.memory.write(place.control, concatBytes(parts));
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return { bytes, isCut: isCut || numbers.length < files.length };
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

function controlMessage(type: number, words: readonly number[]): Uint8Array {
  const length = HEADER + 4 * words.length;
  const bytes = new Uint8Array(align(length));
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(length), true);
  view.setInt32(8, SOL_SOCKET, true);
  view.setInt32(12, type, true);
  for (const [index, word] of words.entries()) view.setInt32(HEADER + 4 * index, word, true);
  return bytes;
}
