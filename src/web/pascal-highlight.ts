/** Pascal in colours: the parts of each line by what they are. ISO 7185, section 6.1; what is wrong is coloured somehow. */

import { wordTokens } from "../language/pascal/tokens.ts";

export interface Part {
  readonly text: string;
  readonly kind: "word" | "comment" | "string" | "number" | "other";
}

const syntax =
  /(?<comment>\{[^}]*\}?|\(\*[\s\S]*?(?:\*\)|$))|(?<string>'(?:[^'\n]|'')*'?)|(?<number>\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|(?<name>[a-z]\w*)/gi;

/** The lines of a text, without their ends. */
export function highlightLines(text: string): readonly (readonly Part[])[] {
  const lines: Part[][] = [[]];
  const add = (kind: Part["kind"], piece: string): void => {
    for (const [index, line] of piece.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (line !== "") lines.at(-1)?.push({ kind, text: line });
    }
  };
  let end = 0;
  for (const match of text.matchAll(syntax)) {
    const { index, groups = {} } = match;
    add("other", text.slice(end, index));
    add(kindOf(groups), match[0]);
    end = index + match[0].length;
  }
  add("other", text.slice(end));
  return lines;
}

function kindOf({
  comment,
  string,
  number,
  name,
}: Readonly<Record<string, string | undefined>>): Part["kind"] {
  if (comment !== undefined) return "comment";
  if (string !== undefined) return "string";
  if (number !== undefined) return "number";
  return name !== undefined && wordTokens.has(name.toLowerCase()) ? "word" : "other";
}
