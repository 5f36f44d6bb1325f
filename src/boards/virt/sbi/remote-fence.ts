/** RFNC: fences on other harts. SBI Specification 2.0, chapter 8. All translations go, whatever range is named. */

import { type SbiCall, SbiError, type SbiExtension, type SbiResult, selectHarts } from "./call.ts";

function fenceTranslations(call: SbiCall): SbiResult {
  const [mask = 0n, first = 0n] = call.args;
  const harts = selectHarts(call, mask, first);
  if (!harts) return { error: SbiError.invalidParameter };
  for (const hart of harts) hart.mmu.flush();
  return { error: 0n };
}

export const remoteFence: SbiExtension = {
  id: 0x52464e43,
  name: "RFNC",
  functions: {
    // FENCE.I: code that is written is decoded anew at once, on every hart.
    0: () => ({ error: 0n }),
    1: fenceTranslations,
    2: fenceTranslations,
  },
};
