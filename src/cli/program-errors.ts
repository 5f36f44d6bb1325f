/** What the user reads of a program that cannot be run or translated. */

import type { ErrnoName } from "../base/errno.ts";

const reasons: Partial<Record<ErrnoName, string>> = {
  ENOENT: "no such file",
  EACCES: "not an executable file",
  ENOEXEC: "not a program",
  ENOTDIR: "not a directory",
  ENOMEM: "not enough memory (--memory)",
};

export function programError(action: "run" | "translate", what: string, errno: ErrnoName): string {
  return `Cannot ${action} "${what}": ${reasons[errno] ?? errno}`;
}
