/** A process as a file (pidfd_open(2)): it becomes readable when the process has ended. */

import type { Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import type { Process } from "../kernel/process.ts";
import { anonymousAttributes } from "./anonymous.ts";
import { OpenFile, OpenFlag, Poll } from "./open-file.ts";

export class ProcessFile extends OpenFile {
  readonly name = "anon_inode:[pidfd]";
  readonly process: Process;
  readonly #tell = () => this.changed.wake();

  constructor(process: Process, flags: number) {
    super(OpenFlag.O_RDWR | flags);
    this.process = process;
    process.ended.add(this.#tell);
  }

  attributes(): Outcome<Attributes> {
    return anonymousAttributes(1n, 0o600);
  }

  override poll(): number {
    const { ending, tasks } = this.process;
    return ending && tasks.size === 0 ? Poll.IN | Poll.RDNORM : 0;
  }

  protected override close(): void {
    this.process.ended.remove(this.#tell);
  }
}
