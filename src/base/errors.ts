/**
 * The errors that Strata throws. What a guest does wrong is never one of them: that is a value (a trap, an errno).
 */

/** Something from outside (an image, a file, a flag) is not what it should be. Shown to the user as one line. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** A feature that Strata does not have; the message is its name. */
export class Unimplemented extends Error {
  override readonly name = "Unimplemented";
}

/** A bug of ours. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** For the end of an exhaustive `switch`. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected value ${String(value)}`);
}
