/** Memory that processes share by a number (shmop(2)). One that was removed stays for as long as somebody has it mapped. */

import { SharedPages } from "../memory/file-pages.ts";
import type { Frames } from "../memory/frames.ts";
import type { PageUser } from "../memory/mapping.ts";
import { IPC_PRIVATE, type IpcCreation, IpcObject } from "./ipc-table.ts";

const SHM_DEST = 0o1000;

export class SharedSegment extends IpcObject implements PageUser {
  readonly pages: SharedPages;
  /** In bytes. */
  readonly size: number;
  readonly creator: number;
  attachTime = 0;
  detachTime = 0;
  /** The process that attached or detached it last. */
  lastUser = 0;

  /** @param creator the process that made it */
  constructor(creation: IpcCreation, frames: Frames, size: number, creator: number) {
    super(creation);
    this.size = size;
    this.creator = creator;
    const name = `/SYSV${(creation.key >>> 0).toString(16).padStart(8, "0")} (deleted)`;
    this.pages = new SharedPages(frames, name, BigInt(creation.id));
    this.pages.attach(this);
  }

  /** How often it is mapped. */
  get attached(): number {
    return this.pages.mappings.length;
  }

  override get isGone(): boolean {
    return (this.mode & SHM_DEST) !== 0 && this.attached === 0;
  }

  /** Those who have it mapped keep its pages from now on. */
  removed(): void {
    if (this.mode & SHM_DEST) return;
    this.mode |= SHM_DEST;
    this.key = IPC_PRIVATE;
    this.pages.detach(this);
  }

  forgetFrom(): void {}

  mappingsOf(): [] {
    return [];
  }
}
