/** Opens what is at a place: a regular file, a directory, a device (open(2)). */

import { stringBytes } from "../../base/bytes.ts";
import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import { mayAccess } from "../fs/credentials.ts";
import type { LastComponent } from "../fs/mount-table.ts";
import { isDirectory, typeOf } from "../fs/mount-table.ts";
import { Mode, type Place } from "../fs/place.ts";
import { SpecialNode } from "../fs/special-node.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";
import { DirectoryFile } from "./directory-file.ts";
import { Notice } from "./inotify.ts";
import { type OpenFile, OpenFlag } from "./open-file.ts";
import { PathFile } from "./path-file.ts";
import { RegularFile } from "./regular-file.ts";

/** Flags that stay with the open file. */
const KEPT =
  OpenFlag.O_ACCMODE |
  OpenFlag.O_APPEND |
  OpenFlag.O_NONBLOCK |
  OpenFlag.O_SYNC |
  OpenFlag.O_DIRECT |
  OpenFlag.O_DIRECTORY |
  OpenFlag.O_NOATIME |
  OpenFlag.O_LARGEFILE |
  OpenFlag.O_PATH;

export function modeOf(flags: number) {
  const access = flags & OpenFlag.O_ACCMODE;
  return {
    read: access !== OpenFlag.O_WRONLY,
    write: access !== OpenFlag.O_RDONLY,
    truncate: (flags & OpenFlag.O_TRUNC) !== 0,
  };
}

export function openPlace(kernel: Kernel, process: Process, place: Place, flags: number): Outcome<OpenFile> {
  const type = typeOf(place.node);
  if (flags & OpenFlag.O_DIRECTORY && type !== Mode.S_IFDIR) return { errno: "ENOTDIR" };
  if (flags & OpenFlag.O_PATH) return new PathFile(place, OpenFlag.O_PATH);
  if (type === Mode.S_IFLNK) return { errno: "ELOOP" };
  const refused = refuse(process, place, flags, type);
  if (refused) return refused;
  if (type === Mode.S_IFDIR) return openDirectory(kernel, place, flags);
  if (place.node instanceof SpecialNode)
    return place.node.openSpecial(flags & (KEPT | OpenFlag.O_NOCTTY), place);
  if (type !== Mode.S_IFREG) return { errno: "ENXIO" };
  const file = place.node.open(modeOf(flags));
  if (failed(file)) return file;
  if (flags & OpenFlag.O_TRUNC) {
    kernel.files.cut(place.node, 0);
    kernel.watches.file(place, Notice.MODIFY);
  }
  return noticed(kernel, new RegularFile(file, flags & KEPT, place, kernel.files));
}

/** Whoever watches the file hears that it is open, and when it is closed. */
function noticed(kernel: Kernel, file: OpenFile): OpenFile {
  kernel.watches.opened(file);
  return file;
}

function refuse(process: Process, place: Place, flags: number, type: number): Failure | undefined {
  const { read, write, truncate } = modeOf(flags);
  if ((write || truncate) && type === Mode.S_IFDIR) return { errno: "EISDIR" };
  if ((write || truncate) && place.mount.readOnly && type === Mode.S_IFREG) return { errno: "EROFS" };
  if (process.credentials.fsuid === 0) return undefined;
  const attributes = place.node.attributes();
  if (failed(attributes)) return attributes;
  const wanted = (read ? 4 : 0) | (write || truncate ? 2 : 0);
  return mayAccess(attributes, process.credentials, wanted) ? undefined : { errno: "EACCES" };
}

function openDirectory(kernel: Kernel, place: Place, flags: number): Outcome<OpenFile> {
  if (flags & OpenFlag.O_CREAT) return { errno: "EISDIR" };
  const directory = place.node.openDirectory();
  if (failed(directory)) return directory;
  const entries = () => kernel.mounts.entriesOver(place.node);
  const inode = (name: string) => kernel.mounts.named.in(place.node).get(name)?.inode;
  return noticed(kernel, new DirectoryFile(place, flags & KEPT, directory, entries, inode));
}

/** Makes a regular file and opens it; whoever made one of that name first has it opened, unless O_EXCL. */
export function createFile(
  kernel: Kernel,
  { parent, name }: LastComponent,
  mode: number,
  flags: number,
): Outcome<OpenFile> {
  if (!isDirectory(parent.node)) return { errno: "ENOTDIR" };
  if (name === "" || name === "." || name === "..") return { errno: "EISDIR" };
  const exclusive = (flags & OpenFlag.O_EXCL) !== 0;
  const made = parent.node.create(stringBytes(name), mode, modeOf(flags), exclusive);
  if (failed(made)) return made;
  if (flags & OpenFlag.O_TRUNC) kernel.files.cut(made.node, 0);
  const place = { node: made.node, mount: parent.mount, parent, name };
  kernel.watches.entry(parent, name, Notice.CREATE);
  return noticed(kernel, new RegularFile(made.file, flags & KEPT, place, kernel.files));
}
