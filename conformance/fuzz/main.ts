/** `npm run fuzz`: random programs by every technique, until one differs from the interpreter or time is up. */

import { Command, InvalidArgumentError } from "commander";
import { report } from "../../src/boards/virt/check/report.ts";
import { allowFusing } from "../../src/host/node/wasm-flags.ts";
import { fuzzCase, runCase, techniques } from "./runner.ts";

allowFusing();

const number = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError("it is a number, 0 or more");
  return value;
};
const options = new Command("npm run fuzz --")
  .description("Compares techniques on random programs.")
  .option("--minutes <N>", "how long", number, 10)
  .option("--seed <N>", "the first seed; those after it follow (default: of the clock)", number)
  .option("--count <N>", "how many programs, at most", number, Number.POSITIVE_INFINITY)
  .option("--keep-going", "after a difference too")
  .parse()
  .opts<{ minutes: number; seed?: number; count: number; keepGoing?: boolean }>();

const end = Date.now() + options.minutes * 60_000;
const first = options.seed ?? Date.now() % 1_000_000_000;
let [programs, translated, differing] = [0, 0, 0];
for (let seed = first; Date.now() < end && programs < options.count; seed++) {
  const fuzz = fuzzCase(seed);
  programs += 1;
  for (const technique of Object.keys(techniques)) {
    const { difference, translated: regions } = runCase(fuzz, technique);
    translated += regions;
    if (!difference) continue;
    differing += 1;
    const { steps, differences } = difference;
    console.log(`seed ${seed}, mode ${fuzz.program.mode}, technique ${technique}:`);
    console.log(report({ steps: [0, steps], differences }, difference));
    if (!options.keepGoing) process.exit(1);
  }
}
console.log(`${programs} programs from seed ${first}, ${translated} regions, ${differing} differences`);
process.exitCode = differing > 0 ? 1 : 0;
