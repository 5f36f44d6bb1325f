/** WebAssembly as text (npm package wabt), loaded when somebody wants to see some. */

import wabt from "wabt";
import { utf8 } from "../base/bytes.ts";
import { type Section, withoutCustomSections } from "../wasm/sections.ts";

const loaded = wabt();

export async function wasmText(bytes: Uint8Array): Promise<string> {
  const { readWasm } = await loaded;
  const module = readWasm(withoutCustomSections(bytes, isNames), { readDebugNames: true });
  try {
    module.applyNames();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** The name section's name, with its length. wabt cannot read the other custom ones: hints for branches, as V8 takes them. */
const NAME = [4, ...utf8("name")];

const isNames = ({ bytes, contents }: Section): boolean =>
  NAME.every((byte, index) => bytes[contents + index] === byte);
