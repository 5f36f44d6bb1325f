/** `strata pull debian --packages`: a directory that is a Debian system, configured by its own scripts under `strata exec`. */

import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseDeb822 } from "../formats/deb822.ts";
import { MirrorError } from "../guests/debian/errors.ts";
import { install } from "../guests/debian/install/install.ts";
import { type RunInRoot, SCRIPT_LOG } from "../guests/debian/install/scripts.ts";
import { findMirror } from "../host/node/apt-mirror.ts";
import { debianPorts, hostKeyring } from "../host/node/debian-ports.ts";
import { SharedDirectory } from "../host/node/shared-directory.ts";
import { exitStatus, type Outcome } from "./exit-status.ts";
import { ProgressLine } from "./progress.ts";

export interface PullPackagesOptions {
  readonly mirror?: string;
  readonly packages: readonly string[];
  readonly root: string;
}

/** A script that prints more is cut. */
const mostOutput = 16 << 20;

export async function pullPackages({ mirror, packages, root }: PullPackagesOptions): Promise<Outcome> {
  const base = await findMirror(parseDeb822, { flag: mirror });
  if (base === undefined) throw new MirrorError("No Debian mirror is known: use --mirror");
  await mkdir(root, { recursive: true });
  const directory = new SharedDirectory(root);
  const line = new ProgressLine(process.stderr);
  const progress = (what: string, bytes: number, total: number) => line.show(what, bytes, total);
  try {
    const { unpacked, failures } = await install(debianPorts({ progress }), {
      mirror: base,
      keyring: await hostKeyring(),
      now: Date.now(),
      packages,
      root: directory.root,
      run: runInRoot(root),
      say: (text) => {
        line.clear();
        process.stderr.write(`${text}\n`);
      },
    });
    line.clear();
    for (const { name, version } of unpacked) process.stdout.write(`${name} ${version}\n`);
    for (const { name, reason } of failures)
      process.stderr.write(`strata: ${name} is not configured: ${reason}\n`);
    if (failures.length === 0) return { status: exitStatus.success };
    return { status: exitStatus.input, message: `what the scripts printed is in ${root}${SCRIPT_LOG}` };
  } finally {
    line.clear();
    directory.close();
  }
}

/** Runs a program by a `strata exec` of its own. */
function runInRoot(root: string): RunInRoot {
  const command = fileURLToPath(new URL("./main.js", import.meta.url));
  return (program, args, environment) =>
    new Promise((done, fail) => {
      const settings = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
      const options = ["exec", "--root", root, "--memory", "2G", ...settings, program, ...args];
      const child = spawn(process.execPath, [...process.execArgv, command, ...options], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      const gather = (chunk: Buffer) => {
        if (output.length < mostOutput) output += chunk.toString();
      };
      child.stdout.on("data", gather);
      child.stderr.on("data", gather);
      child.on("error", fail);
      child.on("close", (code) => done({ status: code ?? 1, output }));
    });
}
