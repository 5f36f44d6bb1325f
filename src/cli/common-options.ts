/** What the commands of the command line have in common: options, and how help shows examples. */

import { Option } from "commander";
import { parseMemory } from "./option-values.ts";

const techniques = ["interpret", "dynamic", "translate"];

export const examples = (...lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;

/** For an option that may be given several times. */
export const gather =
  <T>(parse: (text: string) => T) =>
  (text: string, before: readonly T[] = []): readonly T[] => [...before, parse(text)];

export function memoryOption(bytes = 512 * 2 ** 20, text = "512M"): Option {
  return new Option("-m, --memory <SIZE>", "the guest's RAM: 64M to 3G")
    .argParser(parseMemory)
    .default(bytes, text);
}

export function techniqueOption(usual = "dynamic"): Option {
  return new Option("--technique <NAME>", "how guest code is executed").choices(techniques).default(usual);
}
