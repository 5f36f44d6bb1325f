/**
 * Address translation. Volume II, section 12.3 and what follows it.
 *
 * The first gigabyte of RAM is mapped to itself for supervisor mode, and 1 GiB higher for user mode, where attempts run
 * from. Pages under test start at TEST.
 */

import { PageTables, type TranslationMode } from "../../../src/isa/riscv/testing/page-tables.ts";
import { type Mode, Scenario } from "../../support/scenario.ts";

const RAM = 0x80000000;
const USER_OFFSET = 0x40000000;
const TABLES = 0x80100000;
const DATA = 0x80300000;
const TEST = 0x1_0000_0000n;
const [R, W, X, U, G, A, D, V] = [2, 4, 8, 16, 32, 64, 128, 1];
const ALL = V | R | W | X | A | D;
const SUM = 0x40000;
const MXR = 0x80000;
const MPRV = 0x20000;

export function pagingScenarios(): Scenario[] {
  const modes = ["Sv39", "Sv48", "Sv57"] as const;
  return [
    ...(["load", "store", "fetch", "amo"] as const).map(permissions),
    ...modes.map(shapes),
    crossings(),
    changes(),
    byMprv(),
  ];
}

function begin(name: string, mode: TranslationMode): { s: Scenario; tables: PageTables; ready: () => void } {
  const s = new Scenario(name);
  const tables = new PageTables(mode, TABLES);
  tables.map(BigInt(RAM), RAM, ALL | G, 2);
  tables.map(BigInt(RAM + USER_OFFSET), RAM, ALL | U, 2);
  const page = new Uint8Array(0x2000);
  // li a0, 0x77 ; ecall, at offset 0x100 of two pages, and after it data.
  for (const at of [0x100, 0x1100]) page.set([0x13, 0x05, 0x70, 0x07, 0x73, 0, 0, 0], at);
  for (let at = 0x200; at < 0x300; at++) page[at] = at & 255;
  page.fill(0x5a, 0xff0, 0x1010);
  s.data(DATA, page).set("satp", tables.satp).asm("sfence.vma");
  return { s, tables, ready: () => s.data(TABLES, tables.bytes) };
}

const accessCode = {
  load: "ld a0, 0x200(a1)",
  store: "sd a0, 0x280(a1)",
  fetch: "addi a1, a1, 0x100\njr a1",
  amo: "addi a1, a1, 0x280\namoadd.d a0, a0, (a1)",
} as const;

/** All 256 values of an entry's low byte, from the modes and with the bits of mstatus that matter. */
function permissions(access: keyof typeof accessCode): Scenario {
  const { s, tables, ready } = begin(`permissions-${access}`, "Sv39");
  const entry = tables.map(TEST, DATA, 0);
  ready();
  const contexts: readonly [Mode, number][] = [
    ["U", 0],
    ["S", 0],
    ["S", SUM],
    ["U", MXR],
    ["S", SUM | MXR],
  ];
  for (const [mode, status] of contexts) {
    const id = s.label("");
    s.asm(`li s6, 0\nloop${id}:`);
    // The entry under test, from s6.
    s.asm(
      `li s5, ${entry}\nli s4, ${(BigInt(DATA) >> 12n) << 10n}\nor s4, s4, s6\nsd s4, 0(s5)\nsfence.vma\nli a1, ${TEST}`,
    );
    s.attempt(`entry in a0's low byte, ${access} with ${status.toString(16)}`, mode, accessCode[access], {
      status,
      offset: mode === "U" ? USER_OFFSET : 0,
    });
    // In place of a0: the entry as it was and as it is.
    s.asm(
      `ld s4, 0(s5)\nslli s3, s6, 32\nadd s4, s4, s3\nsd s4, -8(s10)\naddi s6, s6, 1\nli s4, 256\nblt s6, s4, loop${id}`,
    );
  }
  return s;
}

/** Large pages, misaligned ones, non-canonical addresses, reserved bits, tables in the wrong places. */
function shapes(mode: TranslationMode): Scenario {
  const { s, tables, ready } = begin(`shapes-${mode}`, mode);
  const levels = { Sv39: 3, Sv48: 4, Sv57: 5 }[mode];
  const addresses: [string, bigint][] = [];
  for (let level = 1; level < levels; level++) {
    const size = 4096n << BigInt(9 * level);
    if (level <= 2) {
      const at = 0x20_0000_0000n + size * 3n;
      tables.map(at, level === 1 ? 0x80200000 : RAM, ALL, level);
      addresses.push([`level ${level}`, at + (BigInt(DATA) % size)]);
      tables.map(at + size, RAM + 4096, ALL, level);
      addresses.push([`misaligned level ${level}`, at + size + 0x1000n]);
    }
  }
  const page = (BigInt(DATA) >> 12n) << 10n;
  const entries: [string, bigint][] = [
    ["plain", page | BigInt(ALL)],
    ["bit 54", page | BigInt(ALL) | (1n << 54n)],
    ["bit 60", page | BigInt(ALL) | (1n << 60n)],
    ["PBMT 1", page | BigInt(ALL) | (1n << 61n)],
    ["PBMT 2", page | BigInt(ALL) | (1n << 62n)],
    ["NAPOT", page | BigInt(ALL) | (1n << 63n)],
    ["RSW", page | BigInt(ALL) | 0x300n],
    ["global", page | BigInt(ALL) | 0x20n],
    ["pointer at the last level", page | 1n],
    ["beyond memory", (0x90000n << 10n) | BigInt(ALL)],
    ["highest page", (((1n << 44n) - 1n) << 10n) | BigInt(ALL)],
  ];
  for (const [index, [text, pte]] of entries.entries()) {
    const at = 0x8_0000_0000n + BigInt(index) * 4096n;
    tables.set(at, pte, 0);
    addresses.push([text, at]);
  }
  // Entries that point to tables: beyond memory, and to a sound one with A, D, U, reserved bits.
  for (let page = 0n; page < 8n; page++) tables.map(0x18_0000_0000n + page * 4096n, DATA, ALL);
  const table = tables.get(0x18_0000_0000n, 1);
  const pointers: [string, bigint][] = [
    ["table beyond memory", (0x90000n << 10n) | 1n],
    ["table", table],
    ["table with A", table | BigInt(A)],
    ["table with D", table | BigInt(D)],
    ["table with U", table | BigInt(U)],
    ["table with G", table | BigInt(G)],
    ["table with RSW", table | 0x300n],
    ["table with bit 54", table | (1n << 54n)],
    ["table with PBMT", table | (1n << 61n)],
    ["table with N", table | (1n << 63n)],
    ["table that is not valid", table & ~1n],
  ];
  for (const [index, [text, pte]] of pointers.entries()) {
    const at = 0x10_0000_0000n + BigInt(index) * 0x200000n;
    tables.set(at, pte, 1);
    addresses.push([text, at]);
  }
  const top = 1n << BigInt(12 + 9 * levels - 1);
  const high = -top + 0x1000n;
  tables.map(BigInt.asUintN(64, high), DATA, ALL);
  addresses.push(
    ["negative", high],
    ["just not canonical", top],
    ["not canonical", top + TEST],
    ["not canonical, high", 1n << 62n],
    ["not canonical, negative", -top * 2n],
    ["last page", -4096n],
  );
  tables.map(BigInt.asUintN(64, -4096n), DATA, ALL);
  ready();
  for (const [text, at] of addresses) {
    for (const access of ["load", "store", "fetch"] as const) {
      s.asm(`li a1, ${BigInt.asIntN(64, at)}`).attempt(`${text}: ${access}`, "S", accessCode[access]);
    }
  }
  return s;
}

/** Misaligned accesses and instructions over the end of a page, with the second page, or the first, at fault. */
function crossings(): Scenario {
  const { s, tables, ready } = begin("page-crossings", "Sv39");
  const kinds: [string, number, number][] = [
    ["both", ALL, ALL],
    ["second invalid", ALL, 0],
    ["first invalid", 0, ALL],
    ["second read-only", ALL, V | R | A | D],
    ["second without X", ALL, V | R | W | A | D],
    ["second of the user", ALL, ALL | U],
    ["second not accessed", ALL, V | R | W | X],
    ["both invalid", 0, 0],
  ];
  const bases = kinds.map(([text, first, second], index) => {
    const at = TEST + BigInt(index) * 0x4000n;
    tables.map(at, DATA, first);
    // The second page is not the one that follows in memory.
    tables.map(at + 4096n, DATA + 0x4000, second);
    return [text, at] as const;
  });
  ready();
  const second = new Uint8Array(16).fill(0xa5);
  s.data(DATA + 0x4000, second);
  for (const [text, at] of bases) {
    for (const [insn, back] of [
      ["ld", 3],
      ["lw", 2],
      ["lhu", 1],
      ["sd", 5],
      ["sw", 1],
      ["sh", 1],
      ["fld", 4],
      ["fsd", 4],
    ] as const) {
      const operand = insn.startsWith("f") ? "fa0" : "a0";
      s.asm(`li a1, ${at + 4096n - BigInt(back)}`);
      s.attempt(`${text}: ${insn} ${back} bytes before the end`, "S", `${insn} ${operand}, 0(a1)`, {
        status: 0x6000,
      });
      s.asm(`li t0, ${DATA + 0xff8}\nld a0, 0(t0)`)
        .note("memory before")
        .asm(`li t0, ${DATA + 0x4000}\nld a0, 0(t0)`)
        .note("memory after");
    }
  }
  // An instruction of four bytes: addi a0, a0, 1, then ecall.
  s.asm(
    `li t0, ${DATA + 0xffe}\nli t1, 0x0513\nsh t1, 0(t0)\nli t0, ${DATA + 0x4000}\nli t1, 0x15\nsh t1, 0(t0)\nli t1, 0x73\nsw t1, 2(t0)\nfence.i`,
  );
  for (const [text, at] of bases) {
    s.asm(`li a1, ${at + 4094n}`).attempt(`${text}: instruction`, "S", "jr a1");
  }
  return s;
}

/** What SFENCE.VMA makes seen: entries that change, satp, ASIDs, SUM and MXR. */
function changes(): Scenario {
  const { s, tables, ready } = begin("changes", "Sv39");
  const entry = tables.map(TEST, DATA, ALL);
  const large = tables.map(TEST + 0x200000n, 0x80200000, ALL, 1);
  ready();
  const write = (address: number, physical: number, flags: number): string =>
    `li t0, ${address}\nli t1, ${((BigInt(physical) >> 12n) << 10n) | BigInt(flags)}\nsd t1, 0(t0)`;
  const steps: [string, string][] = [
    ["to another page", `${write(entry, DATA + 0x1000, ALL)}\nsfence.vma`],
    ["read-only", `${write(entry, DATA, V | R | A | D)}\nli t0, ${TEST}\nsfence.vma t0, zero`],
    ["executable only", `${write(entry, DATA, V | X | A)}\nsfence.vma`],
    ["of the user", `${write(entry, DATA, ALL | U)}\nli t0, ${TEST}\nli t1, 5\nsfence.vma t0, t1`],
    ["large page goes", `${write(large, 0, 0)}\nli t0, ${TEST + 0x345000n}\nsfence.vma t0, zero`],
    ["all back", `${write(entry, DATA, ALL)}\n${write(large, 0x80200000, ALL)}\nsfence.vma zero, t0`],
  ];
  for (const [text, code] of [["before", ""] as [string, string], ...steps]) {
    s.asm(code);
    for (const status of [0, SUM, MXR, SUM | MXR]) {
      for (const access of ["load", "store", "fetch"] as const) {
        s.asm(`li a1, ${TEST}`).attempt(
          `${text}: ${access} with ${status.toString(16)}`,
          "S",
          accessCode[access],
          { status },
        );
        s.asm(`li a1, ${TEST + 0x300000n}`).attempt(`${text}: large ${access}`, "S", accessCode[access], {
          status,
        });
      }
    }
  }
  s.set("satp", 0).asm("sfence.vma").asm(`li a1, ${DATA}`).attempt("no translation", "S", accessCode.load);
  s.asm(`li a1, ${TEST}`).attempt("no translation, beyond memory", "S", accessCode.load);
  return s;
}

/** Machine mode with MPRV: loads and stores as MPP would make them, fetches not. */
function byMprv(): Scenario {
  const { s, tables, ready } = begin("mprv", "Sv39");
  const flags = [ALL, ALL | U, V | R | A, V | X | A | D, V | R | W, 0];
  for (const [index, value] of flags.entries()) tables.map(TEST + BigInt(index) * 4096n, DATA, value);
  ready();
  for (const [index, value] of flags.entries()) {
    for (const mpp of [0, 0x800, 0x1800]) {
      for (const bits of [0, SUM, MXR]) {
        for (const access of ["load", "store"] as const) {
          const id = s.label("");
          const on = `li t1, ${MPRV | mpp | bits}\ncsrs mstatus, t1`;
          const off = `li t1, ${MPRV | 0x1800 | bits}\ncsrc mstatus, t1`;
          s.asm(`li a1, ${TEST + BigInt(index) * 4096n}`);
          s.attempt(
            `entry ${value.toString(16)}, MPP ${mpp.toString(16)}, ${bits.toString(16)}: ${access}`,
            "M",
            `li t1, 0x1800\ncsrc mstatus, t1\n${on}\n${accessCode[access]}\n${off}\nnop${id}:`,
          );
        }
      }
    }
  }
  return s;
}
