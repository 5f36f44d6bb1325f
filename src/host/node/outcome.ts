/** Turns what Node's file functions throw into outcomes with Linux's error names. */

import { type ErrnoName, errno, type Outcome } from "../../base/errno.ts";

/** The value of `action`, or why it failed; an error that Linux would not know is EIO. */
export function attempt<T>(action: () => T): Outcome<T> {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    return { errno: code in errno ? (code as ErrnoName) : "EIO" };
  }
}
