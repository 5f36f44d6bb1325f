/**
 * Compiled WebAssembly as bytes. V8 can write and read it for its own tests and for embedders; JavaScript has these functions
 * only under --allow-natives-syntax, which is set for the moment in which they are compiled.
 */

import { setFlagsFromString } from "node:v8";
import { compilesOptimized } from "../wasm-flags.ts";

type Serialize = (module: WebAssembly.Module) => ArrayBuffer;
type Deserialize = (native: ArrayBuffer, code: Uint8Array) => WebAssembly.Module | undefined;

/** undefined where this V8 has them no more. */
const functions = moduleFunctions();

function moduleFunctions(): { readonly serialize: Serialize; readonly deserialize: Deserialize } | undefined {
  setFlagsFromString("--allow-natives-syntax");
  try {
    return {
      serialize: new Function("module", "return %SerializeWasmModule(module)") as Serialize,
      deserialize: new Function(
        "native",
        "code",
        "return %DeserializeWasmModule(native, code)",
      ) as Deserialize,
    };
  } catch {
    return undefined;
  } finally {
    setFlagsFromString("--no-allow-natives-syntax");
  }
}

/** Whether modules can be written: V8 stops the process where it is asked for one that is not compiled well. */
export function canSerialize(): boolean {
  return functions !== undefined && compilesOptimized();
}

/** V8's code of a module; undefined where it cannot be had. */
export function serialize(module: WebAssembly.Module): Uint8Array | undefined {
  return canSerialize() ? new Uint8Array(functions?.serialize(module) ?? new ArrayBuffer(0)) : undefined;
}

/** The module of WebAssembly with V8's code; undefined where another V8, processor or set of flags wrote that. */
export function deserialize(code: Uint8Array, native: Uint8Array): WebAssembly.Module | undefined {
  return functions?.deserialize(new Uint8Array(native).buffer, new Uint8Array(code));
}
