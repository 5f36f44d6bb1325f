/** WebAssembly as text (npm package wabt), loaded when somebody wants to see some. */

import wabt from "wabt";

const loaded = wabt();
const HEADER = 8;
const CUSTOM = 0;

export async function wasmText(bytes: Uint8Array): Promise<string> {
  const { readWasm } = await loaded;
  const module = readWasm(withoutHints(bytes), { readDebugNames: true });
  try {
    module.applyNames();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** Without custom sections other than that of names: wabt cannot read hints for branches as V8 takes them. */
function withoutHints(bytes: Uint8Array): Uint8Array {
  const kept = [bytes.subarray(0, HEADER)];
  for (let at = HEADER; at < bytes.length; ) {
    const size = leb128(bytes, at + 1);
    const end = size.end + size.value;
    const name = leb128(bytes, size.end);
    const text = String.fromCharCode(...bytes.subarray(name.end, name.end + Math.min(4, name.value)));
    if (bytes[at] !== CUSTOM || (name.value === 4 && text === "name")) kept.push(bytes.subarray(at, end));
    at = end;
  }
  const result = new Uint8Array(kept.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of kept) {
    result.set(part, place);
    place += part.length;
  }
  return result;
}

/** A number without sign (WebAssembly core specification, section 5.2.2), and where it ends. */
function leb128(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let [value, at] = [0, start];
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, end: at };
  }
}
