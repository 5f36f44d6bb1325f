/** A directory that is gone at the end of a command, also where a signal is the end. */

import { mkdtempSync, rmSync } from "node:fs";
import type { Keep } from "./resources.ts";

/** @param prefix its path, but for some characters that make it new */
export function temporaryFolder(prefix: string, keep: Keep): string {
  const folder = mkdtempSync(prefix);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      remove();
      process.kill(process.pid, signal);
    });
  }
  keep({ close: remove });
  return folder;
}
