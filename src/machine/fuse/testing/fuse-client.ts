/** A small FUSE client, for tests: makes requests as Linux's driver does and takes replies apart. */

import { type Bytes, concatBytes, utf8, viewOf } from "../../../base/bytes.ts";
import type { FuseServer } from "../../virtio/fs/fuse-server.ts";
import { inHeaderSize, type Opcode, opcodes, outHeaderSize } from "../protocol.ts";

/** A field of a request. Text gets the zero byte that ends it. */
type Field = { u32: number } | { u64: number | bigint } | { text: string } | { bytes: Bytes };

export const u32 = (value: number): Field => ({ u32: value });
export const u64 = (value: number | bigint): Field => ({ u64: value });
export const text = (value: string): Field => ({ text: value });
export const bytes = (value: Bytes): Field => ({ bytes: value });

export interface Reply {
  /** 0, or a positive error number. */
  readonly error: number;
  readonly body: Bytes;
}

/** fuse_entry_out, and what tests want of its attributes. */
export interface Entry {
  readonly id: number;
  readonly generation: number;
  readonly ino: bigint;
  readonly size: number;
  readonly mode: number;
  readonly nlink: number;
}

export class FuseClient {
  readonly #server: FuseServer;
  #unique = 0n;

  constructor(server: FuseServer) {
    this.#server = server;
    this.call("INIT", 0, [u32(7), u32(41), u32(1 << 17), u32(-1 >>> 0), bytes(new Uint8Array(48))]);
  }

  /** Sends a request and checks the header of its reply; undefined where there is none. */
  send(opcode: number, node: number, fields: readonly Field[], capacity = 1 << 21): Reply | undefined {
    const reply = this.#server.handle(message(opcode, ++this.#unique, node, fields), capacity);
    if (!reply) return undefined;
    const view = viewOf(reply);
    if (view.getUint32(0, true) !== reply.length) throw new Error("wrong length in the reply");
    if (view.getBigUint64(8, true) !== this.#unique) throw new Error("wrong unique in the reply");
    return { error: Math.abs(view.getInt32(4, true)), body: reply.slice(outHeaderSize) };
  }

  /** Sends a request that has a reply. */
  call(opcode: Opcode, node: number, fields: readonly Field[], capacity?: number): Reply {
    const reply = this.send(opcodes[opcode], node, fields, capacity);
    if (!reply) throw new Error(`no reply to ${opcode}`);
    return reply;
  }

  /** The entry that a request gives, or its error number. */
  entry(opcode: Opcode, node: number, fields: readonly Field[]): Entry {
    const { error, body } = this.call(opcode, node, fields);
    if (error) throw new Error(`${opcode}: error ${error}`);
    return parseEntry(body);
  }

  /** Opens a file; its handle. */
  open(node: number, flags: number): number {
    const { error, body } = this.call("OPEN", node, [u32(flags), u32(0)]);
    if (error) throw new Error(`OPEN: error ${error}`);
    return Number(viewOf(body).getBigUint64(0, true));
  }

  read(node: number, handle: number, offset: number, size: number, capacity?: number): Reply {
    return this.call(
      "READ",
      node,
      [u64(handle), u64(offset), u32(size), bytes(new Uint8Array(20))],
      capacity,
    );
  }

  write(node: number, handle: number, offset: number, data: string): Reply {
    const body = utf8(data);
    const head = [u64(handle), u64(offset), u32(body.length), bytes(new Uint8Array(20))];
    return this.call("WRITE", node, [...head, bytes(body)]);
  }
}

export function parseEntry(body: Bytes): Entry {
  const view = viewOf(body);
  return {
    id: Number(view.getBigUint64(0, true)),
    generation: Number(view.getBigUint64(8, true)),
    ino: view.getBigUint64(40, true),
    size: Number(view.getBigUint64(48, true)),
    mode: view.getUint32(100, true),
    nlink: view.getUint32(104, true),
  };
}

export function message(opcode: number, unique: bigint, node: number, fields: readonly Field[]): Bytes {
  const body = concatBytes(fields.map(encode));
  const header = new Uint8Array(inHeaderSize);
  const view = viewOf(header);
  view.setUint32(0, inHeaderSize + body.length, true);
  view.setUint32(4, opcode, true);
  view.setBigUint64(8, unique, true);
  view.setBigUint64(16, BigInt(node), true);
  return concatBytes([header, body]);
}

function encode(field: Field): Bytes {
  if ("bytes" in field) return field.bytes;
  if ("text" in field) return utf8(`${field.text}\0`);
  const view = viewOf(new Uint8Array("u32" in field ? 4 : 8));
  if ("u32" in field) view.setUint32(0, field.u32, true);
  else view.setBigUint64(0, BigInt.asUintN(64, BigInt(field.u64)), true);
  return new Uint8Array(view.buffer);
}
