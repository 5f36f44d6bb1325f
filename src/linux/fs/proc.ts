/**
 * /proc (proc(5)): what programs commonly read there. A file's text is made when it is opened.
 *
 * Links in /proc/PID lead to files themselves, not to their paths; but each has a place in the tree that the process may see,
 * or is one of its own open files, so that they lead nowhere that it could not go.
 */

import { stringBytes } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { OpenFile } from "../files/open-file.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";
import { Mode, type Place, pathOf } from "./place.ts";
import { processFiles } from "./proc-process.ts";
import { systemFiles } from "./proc-system.ts";
import { SpecialDirectory, SpecialLink, SpecialNode } from "./special-node.ts";

/** A file whose text is made as it is opened. */
class TextNode extends SpecialNode {
  readonly #text: () => string;

  constructor(text: () => string) {
    super(Mode.S_IFREG | 0o444);
    this.#text = text;
  }

  override openSpecial(flags: number, place: Place): Outcome<OpenFile> {
    return new TextFile(this, stringBytes(this.#text()), flags, place);
  }
}

class TextFile extends OpenFile {
  readonly name: string;
  readonly #node: SpecialNode;
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(node: SpecialNode, bytes: Uint8Array, flags: number, place: Place) {
    super(flags, place);
    this.name = place.name;
    this.#node = node;
    this.#bytes = bytes;
  }

  attributes(): Outcome<Attributes> {
    return this.#node.attributes();
  }

  override read(into: Uint8Array): Outcome<number> {
    const count = this.readAt(this.#position, into) as number;
    this.#position += count;
    return count;
  }

  override readAt(offset: number, into: Uint8Array): Outcome<number> {
    const part = this.#bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }

  override write(): Outcome<number> {
    return { errno: "EACCES" };
  }

  override seek(offset: number, whence: number): Outcome<number> {
    const to = [0, this.#position, this.#bytes.length][whence];
    if (to === undefined || to + offset < 0) return { errno: "EINVAL" };
    this.#position = to + offset;
    return this.#position;
  }
}

export function procDirectory(kernel: Kernel): SpecialDirectory {
  const fixed = new Map<string, SpecialNode>(textNodes(systemFiles(kernel)));
  fixed.set("self", new SpecialLink(() => `${kernel.current?.process.id ?? 0}`));
  fixed.set("thread-self", new SpecialLink(() => threadPath(kernel)));
  fixed.set("mounts", new SpecialLink(() => "self/mounts"));
  fixed.set("sys", settings(kernel));
  const folders = new WeakMap<Process, SpecialDirectory>();
  const folderOf = (process: Process): SpecialDirectory => {
    const known = folders.get(process) ?? processDirectory(kernel, process);
    folders.set(process, known);
    return known;
  };
  return new SpecialDirectory(
    () => {
      const entries = new Map(fixed);
      for (const process of kernel.pids.processes) entries.set(`${process.id}`, folderOf(process));
      return entries;
    },
    0o555,
    (name) => {
      const process = /^[1-9]\d*$/.test(name) ? kernel.pids.process(Number(name)) : undefined;
      return process ? folderOf(process) : fixed.get(name);
    },
  );
}

function threadPath({ current }: Kernel): string {
  return current ? `${current.process.id}/task/${current.id}` : "";
}

function textNodes(files: Readonly<Record<string, () => string>>): [string, SpecialNode][] {
  return Object.entries(files).map(([name, text]) => [name, new TextNode(text)]);
}

function folder(entries: Iterable<readonly [string, SpecialNode]>): SpecialDirectory {
  const map = new Map(entries);
  return new SpecialDirectory(() => map);
}

/** /proc/sys: what libraries ask for. */
function settings(kernel: Kernel): SpecialDirectory {
  const files = (texts: Readonly<Record<string, string>>) =>
    folder(
      textNodes(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, () => `${text}\n`]))),
    );
  return folder([
    [
      "kernel",
      folder([
        ...textNodes({ hostname: () => `${kernel.hostName}\n` }),
        ["osrelease", new TextNode(() => "6.12.0-strata\n")],
        ["ostype", new TextNode(() => "Linux\n")],
        ["pid_max", new TextNode(() => "32768\n")],
        ["ngroups_max", new TextNode(() => "65536\n")],
        ["cap_last_cap", new TextNode(() => "40\n")],
        [
          "random",
          folder(textNodes({ uuid: () => `${randomId(kernel)}\n`, boot_id: () => `${randomId(kernel)}\n` })),
        ],
      ]),
    ],
    ["vm", files({ overcommit_memory: "0", max_map_count: "65530", mmap_min_addr: "65536" })],
    ["fs", files({ "pipe-max-size": "1048576", nr_open: "65536", "file-max": "65536" })],
  ]);
}

/** A random UUID (RFC 9562, version 4). */
function randomId({ platform }: Kernel): string {
  const bytes = new Uint8Array(16);
  platform.fillRandom(bytes);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function processDirectory(kernel: Kernel, process: Process): SpecialDirectory {
  const link = (find: () => Place | undefined) =>
    new SpecialLink(
      () => {
        const place = find();
        return place ? pathOf(place, kernel.current?.process.view.root) : { errno: "ENOENT" };
      },
      () => find() ?? { errno: "ENOENT" },
    );
  const entries = new Map<string, SpecialNode>([
    ...textNodes(processFiles(kernel, process)),
    ["exe", link(() => process.program?.place)],
    ["cwd", link(() => process.view.directory)],
    ["root", link(() => process.view.root)],
    ["fd", descriptorDirectory(kernel, process)],
    ["task", taskDirectory(kernel, process)],
  ]);
  return new SpecialDirectory(() => entries);
}

function descriptorDirectory(kernel: Kernel, process: Process): SpecialDirectory {
  const link = (number: number): SpecialLink =>
    new SpecialLink(
      () => {
        const open = process.descriptors.get(number);
        if (failed(open)) return { errno: "ENOENT" };
        return open.place ? pathOf(open.place, kernel.current?.process.view.root) : open.name;
      },
      () => {
        const open = process.descriptors.get(number);
        if (failed(open)) return { errno: "ENOENT" };
        return open.place ?? open;
      },
    );
  return new SpecialDirectory(
    () => new Map(process.descriptors.numbers.map((number) => [`${number}`, link(number)])),
    0o500,
    (name) => {
      const number = /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1;
      return failed(process.descriptors.get(number)) ? undefined : link(number);
    },
  );
}

function taskDirectory(kernel: Kernel, process: Process): SpecialDirectory {
  const files = folder(textNodes(processFiles(kernel, process)));
  return new SpecialDirectory(() => new Map([...process.tasks].map(({ id }) => [`${id}`, files])));
}
