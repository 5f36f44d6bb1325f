/** Names and numbers of the CSRs. The RISC-V Instruction Set Manual, volume II, section 2.2. */

const range = (prefix: string, first: number, from: number, to: number, step = 1): [string, number][] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => [
    `${prefix}${from + index * step}`,
    first + index * step,
  ]);

const numbers = new Map<string, number>([
  ["fflags", 0x001],
  ["frm", 0x002],
  ["fcsr", 0x003],
  ["cycle", 0xc00],
  ["time", 0xc01],
  ["instret", 0xc02],
  ...range("hpmcounter", 0xc03, 3, 31),
  ["sstatus", 0x100],
  ["sie", 0x104],
  ["stvec", 0x105],
  ["scounteren", 0x106],
  ["senvcfg", 0x10a],
  ["sscratch", 0x140],
  ["sepc", 0x141],
  ["scause", 0x142],
  ["stval", 0x143],
  ["sip", 0x144],
  ["stimecmp", 0x14d],
  ["satp", 0x180],
  ["mvendorid", 0xf11],
  ["marchid", 0xf12],
  ["mimpid", 0xf13],
  ["mhartid", 0xf14],
  ["mconfigptr", 0xf15],
  ["mstatus", 0x300],
  ["misa", 0x301],
  ["medeleg", 0x302],
  ["mideleg", 0x303],
  ["mie", 0x304],
  ["mtvec", 0x305],
  ["mcounteren", 0x306],
  ["menvcfg", 0x30a],
  ["mcountinhibit", 0x320],
  ...range("mhpmevent", 0x323, 3, 31),
  ["mscratch", 0x340],
  ["mepc", 0x341],
  ["mcause", 0x342],
  ["mtval", 0x343],
  ["mip", 0x344],
  ...range("pmpcfg", 0x3a0, 0, 14, 2),
  ...range("pmpaddr", 0x3b0, 0, 63),
  ["mcycle", 0xb00],
  ["minstret", 0xb02],
  ...range("mhpmcounter", 0xb03, 3, 31),
]);

const names = new Map([...numbers].map(([name, number]) => [number, name]));

/** The name of a CSR by its number. */
export function csrName(number: number): string | undefined {
  return names.get(number);
}

/** The number of a CSR by its name. */
export function csrNumber(name: string): number | undefined {
  return numbers.get(name);
}
