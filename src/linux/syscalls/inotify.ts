/** inotify_init(2), inotify_add_watch(2), inotify_rm_watch(2). */

import { failed } from "../../base/errno.ts";
import { InotifyFile } from "../files/inotify.ts";
import { OpenFile, OpenFlag } from "../files/open-file.ts";
import { mayAccess } from "../fs/credentials.ts";
import { isDirectory } from "../fs/mount-table.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { file, int, path, uint } from "./kinds.ts";
import { addDescriptor } from "./open.ts";
import { findAt } from "./paths.ts";

const FLAGS = OpenFlag.O_CLOEXEC | OpenFlag.O_NONBLOCK;
const IN_ONLYDIR = 0x01000000;
const IN_DONT_FOLLOW = 0x02000000;
const IN_MASK_CREATE = 0x10000000;
const IN_MASK_ADD = 0x20000000;
const ALL_BITS = 0xb700_ffff;

function addWatch(context: CallContext, open: OpenFile, name: string, mask: number): CallResult {
  if ((mask & ALL_BITS) === 0) return { errno: "EINVAL" };
  if (mask & IN_MASK_ADD && mask & IN_MASK_CREATE) return { errno: "EINVAL" };
  if (!(open instanceof InotifyFile)) return { errno: "EINVAL" };
  const found = findAt(context, undefined, name, !(mask & IN_DONT_FOLLOW));
  if (failed(found)) return found;
  if (found instanceof OpenFile) return { errno: "EACCES" };
  if (mask & IN_ONLYDIR && !isDirectory(found.node)) return { errno: "ENOTDIR" };
  const attributes = found.node.attributes();
  if (failed(attributes)) return attributes;
  if (!mayAccess(attributes, context.process.credentials, 4)) return { errno: "EACCES" };
  return open.watch(found.node, mask, (mask & IN_MASK_ADD) !== 0, (mask & IN_MASK_CREATE) !== 0);
}

export const inotify = {
  inotify_init1: call(26, [int], (context, flags) =>
    flags & ~FLAGS
      ? { errno: "EINVAL" }
      : addDescriptor(context, new InotifyFile(context.kernel.watches, flags & OpenFlag.O_NONBLOCK), flags),
  ),
  inotify_add_watch: call(
    27,
    [file, path, uint],
    addWatch,
    "changes by others than programs of the run; IN_EXCL_UNLINK",
  ),
  inotify_rm_watch: call(28, [file, int], (_, open, id) =>
    open instanceof InotifyFile ? open.unwatch(id) : { errno: "EINVAL" },
  ),
};
