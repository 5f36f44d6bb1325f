import { expect, test } from "vitest";
import { END_OF_FILE, END_OF_LINE, PascalFile } from "./pascal-file.ts";

/** A text that comes in pieces. */
function textFile(...pieces: string[]): { file: PascalFile; reads: () => number } {
  let count = 0;
  const read = (buffer: Uint8Array): number => {
    const bytes = new TextEncoder().encode(pieces[count] ?? "");
    count++;
    buffer.set(bytes);
    return bytes.length;
  };
  const file = new PascalFile(true, 4, () => ({ read, write: () => {}, close: () => {} }));
  file.reset();
  return { file, reads: () => count };
}

/** All characters, with | for the ends of lines. */
function characters(file: PascalFile): string {
  let text = "";
  for (; file.peek() !== END_OF_FILE; file.advance("get")) {
    text += file.peek() === END_OF_LINE ? "|" : String.fromCharCode(file.character("get"));
  }
  return text;
}

test("nothing is read before it is asked for", () => {
  const { file, reads } = textFile("ab");
  expect(reads()).toBe(0);
  expect(file.isAtEnd()).toBe(false);
  expect(reads()).toBe(1);
});

test.each([
  [["a\nb\n"], "a|b|"],
  [["a\nb"], "a|b|"],
  [["a\r\nb\rc\r\n"], "a|b\rc|"],
  [["a\r", "\nb"], "a|b|"],
  [["a\r"], "a\r|"],
  [[""], ""],
  [["\n\n"], "||"],
])("%j", (pieces, text) => {
  expect(characters(textFile(...pieces).file)).toBe(text);
});

test("what is written in memory is read again, with the end of its last line", () => {
  const file = new PascalFile(true, 4);
  file.rewrite();
  file.writeText("x");
  file.writeLine();
  file.writeText("last");
  file.reset();
  expect(characters(file)).toBe("x|last|");
});

test("components lie over the ends of what is read", () => {
  const pieces = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6, 7), Uint8Array.of(8)];
  let count = 0;
  const read = (buffer: Uint8Array): number => {
    const piece = pieces[count++] ?? new Uint8Array();
    buffer.set(piece);
    return piece.length;
  };
  const file = new PascalFile(false, 4, () => ({ read, write: () => {}, close: () => {} }));
  file.reset();
  expect([...(file.component() ?? [])]).toEqual([1, 2, 3, 4]);
  file.advance("get");
  expect([...(file.component() ?? [])]).toEqual([5, 6, 7, 8]);
  file.advance("get");
  expect(file.component()).toBeUndefined();
});
