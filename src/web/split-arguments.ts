/** A line of arguments as a shell splits one: blanks separate, quotation marks and backslashes keep together. Nothing is expanded. */

import { InputError } from "../base/errors.ts";

/** A line that is not complete. */
export class ArgumentError extends InputError {
  override readonly name = "ArgumentError";
}

const piece =
  /(?<blank>\s+)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[\s\S])*)"|\\(?<escaped>[\s\S])|(?<plain>[^\s'"\\]+)/y;

/** The arguments of a line; throws ArgumentError where a quotation mark is not closed. */
export function splitArguments(line: string): readonly string[] {
  const all: string[] = [];
  let current: string | undefined;
  piece.lastIndex = 0;
  while (piece.lastIndex < line.length) {
    const at = piece.lastIndex;
    const groups = piece.exec(line)?.groups;
    if (!groups) {
      const sign = line.charAt(at);
      throw new ArgumentError(
        sign === "\\" ? "The arguments end with a backslash" : `The arguments lack a closing ${sign}`,
      );
    }
    const { blank, single, double, escaped, plain } = groups;
    if (blank === undefined) {
      const text = single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "";
      current = (current ?? "") + text;
    } else if (current !== undefined) {
      all.push(current);
      current = undefined;
    }
  }
  return current === undefined ? all : [...all, current];
}
