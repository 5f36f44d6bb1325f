/** What can go wrong on the way from a mirror to the files of a guest. */

import { InputError } from "../../base/errors.ts";

/** The mirror cannot be reached, or does not have what it should. */
export class MirrorError extends InputError {
  override readonly name = "MirrorError";
}

/** Something is not what Debian signed. */
export class IntegrityError extends InputError {
  override readonly name = "IntegrityError";
}
