/** The text files of /proc/PID (proc(5)). */

import type { Kernel } from "../kernel/kernel.ts";
import { limitNames } from "../kernel/limits.ts";
import type { Process } from "../kernel/process.ts";
import type { Mapping } from "../memory/mapping.ts";
import { Prot } from "../memory/mapping.ts";
import type { Mount } from "./place.ts";

export function processFiles(kernel: Kernel, process: Process): Readonly<Record<string, () => string>> {
  const zeroEnded = (list: readonly string[]): string => list.map((text) => `${text}\0`).join("");
  return {
    cmdline: () => zeroEnded(process.program?.arguments ?? []),
    environ: () => zeroEnded(process.program?.environment ?? []),
    auxv: () => String.fromCharCode(...(process.program?.auxiliary ?? [])),
    comm: () => `${nameOf(process)}\n`,
    maps: () => process.memory.space.mappings.map(mapsLine).join(""),
    stat: () => stat(kernel, process),
    statm: () => statm(process),
    status: () => status(process),
    mounts: () => kernel.mounts.mounts.map(mountsLine).join(""),
    mountinfo: () => kernel.mounts.mounts.map(mountInfoLine).join(""),
    limits: () => limits(process),
    cgroup: () => "0::/\n",
    oom_score_adj: () => "0\n",
    loginuid: () => "4294967295",
  };
}

function nameOf(process: Process): string {
  return process.leader?.name ?? "";
}

/** R, S, T or Z. */
function stateOf(process: Process): string {
  if (process.tasks.size === 0) return "Z";
  if (process.stoppedBy !== undefined) return "T";
  return [...process.tasks].some(({ state }) => state === "ready") ? "R" : "S";
}

const hexadecimal = (value: number, digits = 8): string => value.toString(16).padStart(digits, "0");

function mapsLine({ start, end, protection, shared, source, offset, name }: Mapping): string {
  const flags = [
    protection & Prot.READ ? "r" : "-",
    protection & Prot.WRITE ? "w" : "-",
    protection & Prot.EXEC ? "x" : "-",
    shared ? "s" : "p",
  ].join("");
  const device = `${hexadecimal(0, 2)}:${hexadecimal(source?.device ?? 0, 2)}`;
  const line = `${hexadecimal(start)}-${hexadecimal(end)} ${flags} ${hexadecimal(offset)} ${device} ${source?.inode ?? 0}`;
  const label = source?.name ?? name;
  return label === "" ? `${line} \n` : `${line.padEnd(72)} ${label}\n`;
}

const TICK = 1e7;
const ticks = (nanoseconds: number): number => Math.floor(nanoseconds / TICK);

/** 52 fields, most of them zero. */
function stat(kernel: Kernel, process: Process): string {
  const fields: (number | string)[] = new Array(50).fill(0);
  const { space } = process.memory;
  const put = (field: number, value: number | string): void => {
    fields[field - 3] = value;
  };
  put(3, stateOf(process));
  put(4, process.parent?.id ?? 1);
  put(5, process.group);
  put(6, process.session);
  put(8, kernel.foregroundGroup);
  put(14, ticks(process.runTime));
  put(16, ticks(process.childrenTime));
  put(18, 20 + process.nice);
  put(19, process.nice);
  put(20, process.tasks.size);
  put(22, ticks(process.startTime - kernel.startTime));
  put(23, space.size);
  put(24, space.residentPages);
  put(38, process.exitSignal);
  return `${process.id} (${nameOf(process)}) ${fields.join(" ")}\n`;
}

function statm(process: Process): string {
  const { space } = process.memory;
  return `${space.size / 4096} ${space.residentPages} 0 0 0 ${space.residentPages} 0\n`;
}

const states: Readonly<Record<string, string>> = {
  R: "R (running)",
  S: "S (sleeping)",
  T: "T (stopped)",
  Z: "Z (zombie)",
};

function status(process: Process): string {
  const { uid, euid, suid, fsuid, gid, egid, sgid, fsgid, groups } = process.credentials;
  const { space } = process.memory;
  const mask = (set: bigint): string => set.toString(16).padStart(16, "0");
  const lines: readonly (readonly [string, string | number])[] = [
    ["Name", nameOf(process)],
    ["Umask", `0${process.view.umask.toString(8).padStart(3, "0")}`],
    ["State", states[stateOf(process)] ?? ""],
    ["Tgid", process.id],
    ["Pid", process.id],
    ["PPid", process.parent?.id ?? 1],
    ["TracerPid", 0],
    ["Uid", `${uid}\t${euid}\t${suid}\t${fsuid}`],
    ["Gid", `${gid}\t${egid}\t${sgid}\t${fsgid}`],
    ["FDSize", 64],
    ["Groups", groups.join(" ")],
    ["VmSize", `${space.size / 1024} kB`],
    ["VmRSS", `${space.residentPages * 4} kB`],
    ["Threads", process.tasks.size],
    ["SigPnd", mask(process.leader?.pending.set ?? 0n)],
    ["ShdPnd", mask(process.pending.set)],
    ["SigBlk", mask(process.leader?.mask ?? 0n)],
    ["NoNewPrivs", process.noNewPrivileges ? 1 : 0],
    ["Cpus_allowed", "1"],
    ["Cpus_allowed_list", "0"],
  ];
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

function mountsLine({ source, path, type, readOnly }: Mount): string {
  return `${source} ${path} ${type} ${readOnly ? "ro" : "rw"},relatime 0 0\n`;
}

function mountInfoLine({ id, device, source, path, type, readOnly }: Mount): string {
  const mode = readOnly ? "ro" : "rw";
  return `${id} 1 0:${device} / ${path} ${mode},relatime - ${type} ${source} ${mode}\n`;
}

function limits(process: Process): string {
  const shown = (value: number): string => (Number.isFinite(value) ? `${value}` : "unlimited");
  const head = `${"Limit".padEnd(26)}${"Soft Limit".padEnd(21)}${"Hard Limit".padEnd(21)}Units\n`;
  const lines = limitNames.map((name) => {
    const { soft, hard } = process.limits[name];
    return `${name.padEnd(26)}${shown(soft).padEnd(21)}${shown(hard).padEnd(21)}\n`;
  });
  return head + lines.join("");
}
