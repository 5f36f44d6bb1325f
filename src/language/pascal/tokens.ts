/** The tokens of Pascal. ISO 7185, section 6.1. */

/** The numbers of tokens by name: in order, without gaps. */
export const Token = {
  "end of file": 0,
  identifier: 1,
  integer: 2,
  real: 3,
  string: 4,
  "+": 5,
  "-": 6,
  "*": 7,
  "/": 8,
  "=": 9,
  "<": 10,
  ">": 11,
  "[": 12,
  "]": 13,
  ".": 14,
  ",": 15,
  ":": 16,
  ";": 17,
  "^": 18,
  "(": 19,
  ")": 20,
  "<>": 21,
  "<=": 22,
  ">=": 23,
  ":=": 24,
  "..": 25,
  unknown: 26,
  // The word-symbols of section 6.1.2.
  and: 27,
  array: 28,
  begin: 29,
  case: 30,
  const: 31,
  div: 32,
  do: 33,
  downto: 34,
  else: 35,
  end: 36,
  file: 37,
  for: 38,
  function: 39,
  goto: 40,
  if: 41,
  in: 42,
  label: 43,
  mod: 44,
  nil: 45,
  not: 46,
  of: 47,
  or: 48,
  packed: 49,
  procedure: 50,
  program: 51,
  record: 52,
  repeat: 53,
  set: 54,
  // biome-ignore lint/suspicious/noThenProperty: it is a word of Pascal, and this is no promise
  then: 55,
  to: 56,
  type: 57,
  until: 58,
  var: 59,
  while: 60,
  with: 61,
} as const;

export type TokenName = keyof typeof Token;

/** All tokens; a token's number is its index. */
export const tokenNames: readonly TokenName[] = Object.keys(Token) as TokenName[];

/** The numbers of the word-symbols by their text in lower case. */
export const wordTokens: ReadonlyMap<string, number> = new Map(
  tokenNames.slice(Token.and).map((word) => [word, Token[word]]),
);

/** A token as a message shows it. */
export function showToken(token: number): string {
  const name = tokenNames[token] ?? "unknown";
  const isKind = token <= Token.string || name === "unknown";
  return isKind ? name : `"${name}"`;
}
