/** Physical memory protection. Volume II, section 3.7. */

import { type Mode, Scenario } from "../../support/scenario.ts";

const AREA = 0x80400000;
const [R, W, X, TOR, NA4, NAPOT, L] = [1, 2, 4, 8, 16, 24, 128];
const OPEN = (1n << 54n) - 1n;

/** Entry 15 opens all memory to the lower modes; the entries under test come before it. */
function open(name: string): Scenario {
  const s = new Scenario(name).asm(
    `li t0, ${AREA}\nli t1, 0x73\nli t2, 0x4000\nadd t2, t2, t0\nfill:\nsw t1, 0(t0)\naddi t0, t0, 4\nbltu t0, t2, fill\nfence.i`,
  );
  s.set("pmpaddr15", OPEN)
    .set("pmpcfg2", BigInt.asIntN(64, BigInt(NAPOT | R | W | X) << 56n))
    .set("pmpcfg0", 0);
  return s.asm("sfence.vma");
}

const probes: readonly [string, string][] = [
  ["lb", "lb a0, 0(a1)"],
  ["ld", "ld a0, 0(a1)"],
  ["sb", "sb zero, 3(a1)"],
  ["sd", "andi a1, a1, -8\nsd zero, 0(a1)"],
  ["jr", "andi a1, a1, -4\njr a1"],
  ["amo", "andi a1, a1, -8\namoor.d a0, zero, (a1)"],
  ["lr", "andi a1, a1, -8\nlr.d a0, (a1)"],
];

function probe(s: Scenario, text: string, offsets: readonly number[], modes: readonly Mode[]): void {
  for (const offset of offsets) {
    for (const mode of modes) {
      for (const [name, code] of probes) {
        // Stores leave the ECALLs that fetches find.
        s.asm(`li a1, ${AREA + offset}`).attempt(`${text}: ${name} at +0x${offset.toString(16)}`, mode, code);
        s.asm(`li t0, ${AREA + (offset & -8)}\nli t1, 0x73\nsw t1, 0(t0)\nsw t1, 4(t0)\nfence.i`);
      }
    }
  }
}

export function protectionScenarios(): Scenario[] {
  return [permissions(), regions(), priorities(), locks(), registers(), nothing()];
}

function permissions(): Scenario {
  const s = open("pmp-permissions").set("pmpaddr0", (AREA >>> 2) | 0x1ff);
  for (const allowed of [0, R, R | W, X, R | X, R | W | X]) {
    s.set("pmpcfg0", NAPOT | allowed).asm("sfence.vma");
    probe(s, `permissions ${allowed}`, [0x100, 0xff8, 0x1000], ["U", "S", "M"]);
  }
  return s;
}

/** TOR, NA4 and NAPOT, smaller than a page, at their ends. */
function regions(): Scenario {
  const s = open("pmp-regions");
  const word = AREA >>> 2;
  const kinds: [string, bigint[], bigint][] = [
    ["NA4", [BigInt(word + 4)], BigInt(NA4 | R)],
    ["NAPOT of 8 bytes", [BigInt(word + 4)], BigInt(NAPOT | R)],
    ["NAPOT of 64 bytes", [BigInt((word + 16) | 7)], BigInt(NAPOT | R | X)],
    ["TOR", [BigInt(word + 5), BigInt(word + 0x409)], BigInt((TOR | R) << 8)],
    ["TOR that is empty", [BigInt(word + 64), BigInt(word + 16)], BigInt(TOR << 8)],
    ["TOR from zero", [BigInt(word + 12)], BigInt(TOR | R | X)],
  ];
  for (const [text, addresses, config] of kinds) {
    s.set("pmpcfg0", 0);
    for (const [index, address] of addresses.entries()) s.set(`pmpaddr${index}`, address);
    s.set("pmpcfg0", config).asm("sfence.vma");
    const offsets =
      text === "TOR from zero"
        ? [0x28, 0x2c, 0x30, 0x34]
        : [0x8, 0xc, 0x10, 0x14, 0x18, 0x3c, 0x40, 0x7c, 0x80, 0x1020, 0x1024];
    probe(s, text, offsets, text === "TOR from zero" ? ["M"] : ["S"]);
  }
  return s;
}

function priorities(): Scenario {
  const s = open("pmp-priorities");
  s.set("pmpaddr0", (AREA >>> 2) | 0x1)
    .set("pmpaddr1", (AREA >>> 2) | 0x7)
    .set("pmpaddr2", (AREA >>> 2) | 0x1ff);
  s.set("pmpcfg0", NAPOT | R | W | ((NAPOT | X) << 8) | (NAPOT << 16)).asm("sfence.vma");
  probe(s, "nested", [0, 0xc, 0x10, 0x3c, 0x40, 0x800, 0xffc, 0x1000], ["S"]);
  return s;
}

/** Locked entries hold for machine mode too, and keep their registers. */
function locks(): Scenario {
  const s = open("pmp-locks");
  s.set("pmpaddr0", (AREA >>> 2) | 0x1ff)
    .set("pmpcfg0", L | NAPOT | R)
    .asm("sfence.vma");
  s.set("pmpaddr2", (AREA + 0x2000) >>> 2).set("pmpaddr3", (AREA + 0x3000) >>> 2);
  s.set("pmpcfg0", BigInt(L | NAPOT | R) | (BigInt(L | TOR | X) << 24n)).asm("sfence.vma");
  for (const csr of ["pmpaddr0", "pmpaddr1", "pmpaddr2", "pmpaddr3"])
    s.set(csr, 0x1234).read(csr, `${csr} after a write`);
  s.set("pmpcfg0", 0)
    .read("pmpcfg0", "pmpcfg0 after a write of 0")
    .set("pmpcfg0", 0x1f1f)
    .read("pmpcfg0", "pmpcfg0 after another");
  for (const offset of [0x100, 0x2100]) {
    for (const mode of ["M", "S", "U"] as const) {
      for (const [name, code] of probes)
        s.asm(`li a1, ${AREA + offset}`).attempt(`locked: ${name} at +0x${offset.toString(16)}`, mode, code);
    }
  }
  return s;
}

/** What the registers keep. */
function registers(): Scenario {
  const s = open("pmp-registers");
  for (let index = 0; index < 15; index++) {
    for (const value of [-1n, 0n, 0x123456789abcdefn])
      s.set(`pmpaddr${index}`, value).read(`pmpaddr${index}`);
    s.set(`pmpaddr${index}`, 0);
  }
  for (let config = 0; config < 128; config++) {
    s.asm(
      `csrw pmpcfg0, zero\nli a0, ${config}\ncsrw pmpcfg0, a0\ncsrr a0, pmpcfg0\ncsrw pmpcfg0, zero`,
    ).note(`pmpcfg0 after ${config.toString(16)}`);
  }
  return s;
}

/** Where no entry matches the lower modes may reach nothing, not even their code. */
function nothing(): Scenario {
  const s = open("pmp-nothing")
    .set("pmpaddr0", (AREA + 0x3000) >>> 2)
    .set("pmpcfg0", NA4 | R)
    .set("pmpcfg2", 0)
    .asm("sfence.vma");
  probe(s, "no entries", [0x100], ["U", "S", "M"]);
  return s;
}
