/** /dev: null(4), zero, full, random(4), terminals, and links to descriptors. */

import type { Failure, Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { OpenFile } from "../files/open-file.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Mode, type Place } from "./place.ts";
import { SpecialDirectory, SpecialLink, SpecialNode } from "./special-node.ts";
import { MultiplexerNode, TerminalNode } from "./terminal-devices.ts";

/** What reading and writing a device does. */
interface DeviceBehaviour {
  read(into: Uint8Array): Outcome<number>;
  write(from: Uint8Array): Outcome<number>;
}

const swallow = (from: Uint8Array): number => from.length;
const ENOSPC: Failure = { errno: "ENOSPC" };

class DeviceFile extends OpenFile {
  readonly name: string;
  readonly #node: SpecialNode;
  readonly #behaviour: DeviceBehaviour;

  constructor(node: SpecialNode, behaviour: DeviceBehaviour, flags: number, place: Place) {
    super(flags, place);
    this.name = place.name;
    this.#node = node;
    this.#behaviour = behaviour;
  }

  attributes(): Outcome<Attributes> {
    return this.#node.attributes();
  }

  override read(into: Uint8Array): Outcome<number> {
    return this.#behaviour.read(into);
  }

  override write(from: Uint8Array): Outcome<number> {
    return this.#behaviour.write(from);
  }

  override readAt(_offset: number, into: Uint8Array): Outcome<number> {
    return this.read(into);
  }

  override writeAt(_offset: number, from: Uint8Array): Outcome<number> {
    return this.write(from);
  }

  override seek(): Outcome<number> {
    return 0;
  }

  override change(): Outcome<Attributes> {
    return { errno: "EINVAL" };
  }
}

class DeviceNode extends SpecialNode {
  readonly #behaviour: DeviceBehaviour;

  /** @param minor of the memory devices, whose major number is 1 */
  constructor(minor: number, behaviour: DeviceBehaviour) {
    super(Mode.S_IFCHR | 0o666, (1 << 8) | minor);
    this.#behaviour = behaviour;
  }

  override openSpecial(flags: number, place: Place): Outcome<OpenFile> {
    return new DeviceFile(this, this.#behaviour, flags, place);
  }
}

export function deviceDirectory(kernel: Kernel): SpecialDirectory {
  const multiplexer = new MultiplexerNode(kernel);
  const zeros = (into: Uint8Array): number => {
    into.fill(0);
    return into.length;
  };
  const random = (into: Uint8Array): number => {
    kernel.platform.fillRandom(into);
    return into.length;
  };
  const entries = new Map<string, SpecialNode>([
    ["null", new DeviceNode(3, { read: () => 0, write: swallow })],
    ["zero", new DeviceNode(5, { read: zeros, write: swallow })],
    ["full", new DeviceNode(7, { read: zeros, write: () => ENOSPC })],
    ["random", new DeviceNode(8, { read: random, write: swallow })],
    ["urandom", new DeviceNode(9, { read: random, write: swallow })],
    ["tty", new TerminalNode(kernel)],
    ["ptmx", multiplexer],
    ["pts", new SpecialDirectory(() => new Map())],
    ["fd", new SpecialLink(() => "/proc/self/fd")],
    ["stdin", new SpecialLink(() => "/proc/self/fd/0")],
    ["stdout", new SpecialLink(() => "/proc/self/fd/1")],
    ["stderr", new SpecialLink(() => "/proc/self/fd/2")],
  ]);
  return new SpecialDirectory(() => entries, 0o755);
}
