/**
 * Pulls the boot files into the cache and says what is there: a check that the mirror of this machine serves
 * what Strata needs. `STRATA_CACHE=/tmp/x node --import ./scripts/ts.mjs scripts/pull.ts`
 */

import { stat } from "node:fs/promises";
import { parseDeb822 } from "../src/formats/deb822.ts";
import { bootFiles } from "../src/guests/debian/boot-files.ts";
import { findMirror } from "../src/host/node/apt-mirror.ts";
import { debianPorts, hostKeyring } from "../src/host/node/debian-ports.ts";

const start = performance.now();
const elapsed = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
const progress = (what: string, bytes: number, total: number) => {
  if (bytes === total) console.log(`${elapsed()}  ${what}: ${total} bytes`);
};

const mirror = await findMirror(parseDeb822);
const files = await bootFiles(debianPorts({ progress }), {
  mirror,
  keyring: await hostKeyring(),
  now: Date.now(),
});
console.log(`${elapsed()}  kernel ${files.version}, busybox ${files.busyboxVersion}`);
for (const path of [files.kernel, files.busybox, ...files.modules.map((module) => module.path)]) {
  console.log(`${String((await stat(path)).size).padStart(9)}  ${path}`);
}
