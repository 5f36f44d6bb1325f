/** WebAssembly as text (npm package wabt), loaded when somebody wants to see some. */

import wabt from "wabt";

const loaded = wabt();

export async function wasmText(bytes: Uint8Array): Promise<string> {
  const { readWasm } = await loaded;
  const module = readWasm(bytes, { readDebugNames: true });
  try {
    module.applyNames();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}
