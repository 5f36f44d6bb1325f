/** The tokens of Pascal. ISO 7185, section 6.1. */

const symbolNames = [
  "end of file",
  "identifier",
  "integer",
  "real",
  "string",
  "+",
  "-",
  "*",
  "/",
  "=",
  "<",
  ">",
  "[",
  "]",
  ".",
  ",",
  ":",
  ";",
  "^",
  "(",
  ")",
  "<>",
  "<=",
  ">=",
  ":=",
  "..",
  "unknown",
] as const;

/** The word-symbols of section 6.1.2. */
const words = [
  "and",
  "array",
  "begin",
  "case",
  "const",
  "div",
  "do",
  "downto",
  "else",
  "end",
  "file",
  "for",
  "function",
  "goto",
  "if",
  "in",
  "label",
  "mod",
  "nil",
  "not",
  "of",
  "or",
  "packed",
  "procedure",
  "program",
  "record",
  "repeat",
  "set",
  "then",
  "to",
  "type",
  "until",
  "var",
  "while",
  "with",
] as const;

export type TokenName = (typeof symbolNames)[number] | (typeof words)[number];

/** All tokens; a token's number is its index. */
export const tokenNames: readonly TokenName[] = [...symbolNames, ...words];

/** The numbers of tokens by name. */
export const Token = Object.fromEntries(tokenNames.map((name, index) => [name, index])) as Readonly<
  Record<TokenName, number>
>;

/** The numbers of the word-symbols by their text in lower case. */
export const wordTokens: ReadonlyMap<string, number> = new Map(words.map((word) => [word, Token[word]]));

/** A token as a message shows it. */
export function showToken(token: number): string {
  const name = tokenNames[token] ?? "unknown";
  const isKind = token <= Token.string || name === "unknown";
  return isKind ? name : `"${name}"`;
}
