/** One run of the workloads in a process, Strata's or QEMU's: the lines that the guest prints, and the memory. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { PAGE_RECORD_BYTES } from "../../src/engine/memory-map.ts";

export interface Measured {
  readonly name: string;
  readonly seconds: number;
  /** What has to be the same on both machines. */
  readonly result: string;
}

/** Resident memory in MiB. */
export interface Memory {
  readonly peak: number;
  /** Of the mapping that holds the guest's RAM. */
  readonly guest: number;
}

export interface MachineRun {
  readonly measured: readonly Measured[];
  readonly memory: Memory;
}

const guestMiB = 1024;
export const memoryOption = `${guestMiB}M`;

/** How long a machine may be silent, and how long it may run: in milliseconds. */
const silenceLimit = 240_000;
const runLimit = 1_800_000;

/** Runs a machine whose guest is `init.sh`, and kills it where it takes too long. */
export function runMachine(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<MachineRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env });
    const kill = () => child.kill("SIGKILL");
    const silence = setTimeout(kill, silenceLimit);
    const timer = setTimeout(kill, runLimit);
    process.once("exit", kill);
    let output = "";
    let memory: Memory | undefined;
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString("latin1");
    });
    child.stdout.on("data", (chunk: Buffer) => {
      silence.refresh();
      output += chunk.toString("latin1");
      // It still runs: it sleeps a moment before it powers off.
      if (/^bench: done\r*\n/m.test(output)) memory ??= memoryOf(child.pid ?? 0);
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(silence);
      clearTimeout(timer);
      process.off("exit", kill);
      if (memory) resolve({ measured: parse(output), memory });
      else reject(new Error(`${command} ended before its guest was done: ${output.slice(-2000)}`));
    });
  });
}

function parse(output: string): Measured[] {
  return [...output.matchAll(/^bench: (\S+) (\d+) (\w+)\r*$/gm)].map(([, name = "", time, result = ""]) => {
    return { name, seconds: Number(time) / 1e9, result };
  });
}

/** proc_pid_status(5), proc_pid_smaps(5): the guest's RAM is in the one mapping for data that is as large. */
function memoryOf(pid: number): Memory {
  const [, peak] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  let guest = 0;
  for (const mapping of readFileSync(`/proc/${pid}/smaps`, "utf8").split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/)) {
    const [, size] = /^Size:\s+(\d+) kB/m.exec(mapping) ?? [];
    const [, resident] = /^Rss:\s+(\d+) kB/m.exec(mapping) ?? [];
    if (Number(size) >= guestMiB * 1024 && / rw-[ps] /.test(mapping)) guest += Number(resident);
  }
  return { peak: Number(peak) / 1024, guest: guest / 1024 };
}

/** Of Strata's mapping, at most this is not RAM: predecoded code, 1024 pages of it. In MiB. */
export const recordsMiB = (1024 * PAGE_RECORD_BYTES) / 2 ** 20;
