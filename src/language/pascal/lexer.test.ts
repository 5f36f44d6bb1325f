import { expect, test } from "vitest";
import { Diagnostics } from "./diagnostics.ts";
import { Lexer } from "./lexer.ts";
import { Token, tokenNames } from "./tokens.ts";

function scan(text: string) {
  const diagnostics = new Diagnostics();
  const lexer = new Lexer(text, diagnostics);
  const found: string[] = [];
  for (lexer.next(); lexer.token !== Token["end of file"]; lexer.next()) {
    const name = tokenNames[lexer.token] ?? "?";
    const isNamed = name === "identifier" || name === "string";
    const isNumber = name === "integer" || name === "real";
    found.push(isNamed ? `${name} ${lexer.name}` : isNumber ? `${name} ${lexer.value}` : name);
  }
  return { found, errors: diagnostics.sorted.map(({ at, message }) => `${at}: ${message}`) };
}

test.each([
  ["Begin eNd", ["begin", "end"]],
  ["AbC1 x", ["identifier abc1", "identifier x"]],
  ["1 1.5 1e3 2E-1 1..5", ["integer 1", "real 1.5", "real 1000", "real 0.2", "integer 1", "..", "integer 5"]],
  ["'it''s' ''''", ["string it's", "string '"]],
  [":= <= >= <> .. ^ @ (. .)", [":=", "<=", ">=", "<>", "..", "^", "^", "[", "]"]],
  ["a{ b }c(* d *)e{ *)f(* }g", ["a", "c", "e", "f", "g"].map((name) => `identifier ${name}`)],
])("%s", (text, tokens) => {
  expect(scan(text)).toEqual({ found: tokens, errors: [] });
});

test.each([
  ["a ? b", '2: the character "?" has no meaning here'],
  ["'abc", "0: this string has no closing quote on its line"],
  ["{ abc", "0: this comment has no end"],
  ["12abc", "2: a letter directly after a number: there must be something between them"],
])("%s is wrong", (text, error) => {
  expect(scan(text).errors).toEqual([error]);
});

test("a token's number is its index", () => {
  expect(tokenNames.map((name) => Token[name])).toEqual([...tokenNames.keys()]);
});
