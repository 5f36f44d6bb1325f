/** `strata disasm`: prints the instructions of a file. */

import { once } from "node:events";
import { readInput } from "./errors.ts";
import { codeParts, listing, type Range } from "./listing.ts";

/** Characters that are written at once. */
const chunk = 1 << 16;

export async function disasm(path: string, range: Range): Promise<void> {
  const parts = codeParts(await readInput("file", path), path);
  let text = "";
  for (const line of listing(parts, range)) {
    text += `${line}\n`;
    if (text.length < chunk) continue;
    await print(text);
    text = "";
  }
  await print(text);
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
