/** The text files of /proc that are about the whole system (proc(5)). */

import type { Kernel } from "../kernel/kernel.ts";
import { PAGE } from "../memory/frames.ts";

export function systemFiles(kernel: Kernel): Readonly<Record<string, () => string>> {
  return {
    cpuinfo: () => `processor\t: 0\nhart\t\t: 0\n${kernel.architecture.cpuInfo}\n`,
    meminfo: () => memory(kernel),
    uptime: () => {
      const seconds = ((kernel.now - kernel.startTime) / 1e9).toFixed(2);
      return `${seconds} 0.00\n`;
    },
    loadavg: () => `0.00 0.00 0.00 1/${kernel.pids.count} ${kernel.current?.id ?? 0}\n`,
    version: () => "Linux version 6.12.0-strata (strata) #1 SMP Strata\n",
    filesystems: () => "nodev\tproc\nnodev\ttmpfs\nnodev\thostfs\n",
    stat: () => {
      const now = kernel.platform.clocks.realtime() / 1_000_000_000n;
      const up = BigInt(Math.floor((kernel.now - kernel.startTime) / 1e9));
      return `cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\nbtime ${now - up}\nprocesses ${kernel.pids.count}\n`;
    },
  };
}

function memory({ frames }: Kernel): string {
  const kilobytes = (pages: number): string => `${(pages * PAGE) / 1024}`.padStart(8);
  const lines: readonly (readonly [string, number])[] = [
    ["MemTotal", frames.count],
    ["MemFree", frames.freeCount],
    ["MemAvailable", frames.freeCount],
    ["Buffers", 0],
    ["Cached", 0],
    ["SwapTotal", 0],
    ["SwapFree", 0],
  ];
  return lines.map(([name, pages]) => `${`${name}:`.padEnd(16)}${kilobytes(pages)} kB\n`).join("");
}
