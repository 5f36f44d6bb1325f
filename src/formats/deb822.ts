/**
 * Reads Debian control data: paragraphs of fields (deb822(5); Debian Policy 5.1). Made for package indexes of
 * tens of megabytes: a paragraph is only text until one of its fields is asked for.
 */

import type { Chunks } from "./byte-reader.ts";

/** One paragraph: the fields of a package, of a release, of a source of packages. */
export class Paragraph {
  readonly #text: string;

  /** @param text its lines, each ended by a newline except perhaps the last */
  constructor(text: string) {
    this.#text = `\n${text}`;
  }

  /** The value of a field, continuation lines included (their leading space too); undefined where absent. */
  get(field: string): string | undefined {
    const start = this.#find(`\n${field}:`) ?? this.#findIgnoringCase(field);
    if (start === undefined) return undefined;
    let end = this.#text.indexOf("\n", start);
    while (end >= 0 && isBlank(this.#text[end + 1])) end = this.#text.indexOf("\n", end + 1);
    return this.#text.slice(start, end < 0 ? undefined : end).trim();
  }

  #find(line: string): number | undefined {
    const at = this.#text.indexOf(line);
    return at < 0 ? undefined : at + line.length;
  }

  /** Names are case-insensitive, but nearly always written as the policy does. */
  #findIgnoringCase(field: string): number | undefined {
    const at = this.#text.toLowerCase().indexOf(`\n${field.toLowerCase()}:`);
    return at < 0 ? undefined : at + field.length + 2;
  }
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

/** The paragraphs of a text. Lines that begin with "#" are comments. */
export function parseDeb822(text: string): Paragraph[] {
  const lines = text.replaceAll("\r\n", "\n").replaceAll(/^#.*\n?/gm, "");
  return lines
    .split(/\n[ \t]*\n+/)
    .filter((part) => part.trim() !== "")
    .map((part) => new Paragraph(part.replace(/^\n+/, "")));
}

/**
 * The paragraphs of a package index as it streams in; indexes have no comments.
 *
 * @param name only paragraphs that begin with the field `Package` are looked at, and only those whose package
 *   it accepts are given
 */
export async function* packageParagraphs(
  chunks: Chunks,
  name: (value: string) => boolean,
): AsyncGenerator<Paragraph> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n\n");
    rest = end < 0 ? text : text.slice(end + 2);
    if (end >= 0) yield* chosen(text.slice(0, end), name);
  }
  yield* chosen(rest, name);
}

const packageField = "Package: ";

function chosen(text: string, name: (value: string) => boolean): Paragraph[] {
  const found: Paragraph[] = [];
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf("\n\n", start);
    const end = next < 0 ? text.length : next;
    if (text.startsWith(packageField, start)) {
      const line = text.indexOf("\n", start);
      const value = text.slice(start + packageField.length, line < 0 || line > end ? end : line);
      if (name(value)) found.push(new Paragraph(text.slice(start, end)));
    }
    start = end + 2;
  }
  return found;
}
