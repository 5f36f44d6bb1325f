/** Who a process is, and what that lets it do to files (credentials(7), path_resolution(7)). */

import type { Attributes } from "../../base/file-tree.ts";
import { Mode } from "./place.ts";

export interface Credentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly fsuid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
}

export function credentialsOf(uid: number, gid: number): Credentials {
  return { uid, euid: uid, suid: uid, fsuid: uid, gid, egid: gid, sgid: gid, fsgid: gid, groups: [] };
}

/** Whether a file may be read (4), written (2), executed or searched (1). */
export function mayAccess({ mode, uid, gid }: Attributes, who: Credentials, wanted: number): boolean {
  if (who.fsuid === 0) {
    return !(wanted & 1) || (mode & 0o111) !== 0 || (mode & Mode.S_IFMT) === Mode.S_IFDIR;
  }
  const isGroup = gid === who.fsgid || who.groups.includes(gid);
  const shift = uid === who.fsuid ? 6 : isGroup ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}
