/** `strata pull`: brings what a machine boots into the cache. */

import { stat } from "node:fs/promises";
import { pullBootFiles } from "./guest-image.ts";
import { megabytes, ProgressLine } from "./progress.ts";

export interface PullOptions {
  readonly mirror?: string;
  readonly refresh?: boolean;
}

/** Says what is in the cache, one file a line. */
export async function pull(options: PullOptions): Promise<void> {
  const line = new ProgressLine(process.stderr);
  const progress = (what: string, bytes: number, total: number) => line.show(what, bytes, total);
  const files = await pullBootFiles({ ...options, progress }).finally(() => line.clear());
  const list: [string, string][] = [
    [`kernel ${files.version}`, files.kernel],
    [`busybox ${files.busyboxVersion}`, files.busybox],
    ...files.modules.map(({ name, path }): [string, string] => [`module ${name}`, path]),
  ];
  const width = Math.max(...list.map(([what]) => what.length));
  for (const [what, path] of list) {
    const size = megabytes((await stat(path)).size);
    process.stdout.write(`${what.padEnd(width)}  ${size.padStart(8)}  ${path}\n`);
  }
}
