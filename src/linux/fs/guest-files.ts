/** The tree that programs see: directories of the platform, and what is ours: /proc, /dev (hier(7)). */

import type { FileNode } from "../../base/file-tree.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PAGE } from "../memory/frames.ts";
import { deviceDirectory } from "./devices.ts";
import { memoryTree } from "./memory-tree.ts";
import { MountTable } from "./mount-table.ts";
import { procDirectory } from "./proc.ts";
import { SpecialDirectory } from "./special-node.ts";
import { MultiplexerNode, terminalDirectory } from "./terminal-devices.ts";

export interface VolumeMount {
  readonly path: string;
  readonly root: FileNode;
  readonly readOnly: boolean;
}

/** Mounts volumes, the one at "/" first; without one the root is empty but for mounts. */
export function makeMounts(kernel: Kernel, volumes: readonly VolumeMount[]): MountTable {
  const root = volumes.find(({ path }) => path === "/");
  const mounts = root
    ? new MountTable(root.root, "hostfs", root.readOnly)
    : new MountTable(new SpecialDirectory(() => new Map(), 0o755), "tmpfs", true);
  for (const volume of volumes) {
    if (volume !== root) mounts.mount(volume.path, volume.root, "hostfs", volume.readOnly);
  }
  mounts.mount("/proc", procDirectory(kernel), "proc");
  mounts.mount("/dev", deviceDirectory(kernel), "devtmpfs");
  mounts.mount("/dev/pts", terminalDirectory(kernel, new MultiplexerNode(kernel)), "devpts");
  const { frames, platform } = kernel;
  const shared = memoryTree((frames.count * PAGE) / 2, platform.clocks.realtime);
  mounts.mount("/dev/shm", shared.root, "tmpfs");
  return mounts;
}
