import { expect, test } from "vitest";
import { PMachine } from "../boards/pmachine/machine.ts";
import { TextFiles } from "../boards/pmachine/text-files.ts";
import { compilePascal } from "../compile-pascal.ts";
import { examples } from "./pascal-examples.ts";

/** A part of what each prints. */
const printed: Readonly<Record<string, string>> = {
  Hello: "Hello from a p-machine!\n",
  "Primes: the sieve": "148933 primes up to 2000000\n",
  "Eight queens: recursion": "92 solutions\n",
  "A sorted list: records and pointers": "   -5    3    7   19   28   42\n",
  "Letters: sets": "consonants: bcdfghjklmnpqrstvwxyz\n",
  "Greetings: strings of Turbo Pascal": "Hello, Ada! Backwards: adA\n",
  "Mandelbrot: reals": "####",
  "An error at run time": "the mean of 1 is 10\n",
};
const typed = "Ada\n\n";

test.each(examples)("$name", ({ name, text, dialect, input }) => {
  let output = "";
  const files = new TextFiles({
    input: input || typed,
    output: (piece) => {
      output += piece;
    },
  });
  const machine = new PMachine({ files, technique: "translate" });
  machine.load(compilePascal(text, { dialect }));
  const ending = machine.run();
  expect(output).toContain(printed[name]);
  const isError = name === "An error at run time";
  expect(ending).toMatchObject(isError ? { message: "division by zero" } : { kind: "ended", status: 0 });
});
