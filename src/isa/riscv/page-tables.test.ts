/** Generated code walks page tables as the Mmu does, and wherever nothing is out of the ordinary. */

import { expect, test } from "vitest";
import { writePageWalk } from "../../engine/page-walk.ts";
import { Random } from "../../machine/testing/random.ts";
import { ModuleWriter } from "../../wasm/module-writer.ts";
import { Pte, pageTables } from "./page-tables.ts";
import { Access } from "./pmp.ts";
import { csr, layout, Mstatus, Privilege, privilege } from "./state.ts";
import { bareHart, RAM_BASE } from "./testing/bare-hart.ts";
import { PageTables, type TranslationMode, translationModes } from "./testing/page-tables.ts";

const RAM_BYTES = 1 << 22;
const TABLES = 0x10_0000;

type Walk = (address: bigint, write: number, tlb: number) => number;

/** A hart that may reach all memory, and the generated walk over its memory. */
function walker(mode: TranslationMode) {
  const { hart, memory, ram } = bareHart({ ramBytes: RAM_BYTES });
  hart.memory.setLong(csr.pmpaddr, (1n << 54n) - 1n);
  hart.memory.setByte(csr.pmpcfg, 0, 0x1f);
  hart.pmp.update();
  const { map } = hart.memory;
  const module = new ModuleWriter();
  module.importMemory("env", "memory", { minimum: map.pages });
  const walk = module.function(writePageWalk(pageTables, layout, map, hart.memory.hart), "walk");
  module.export("walk", "function", walk);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  hart.memory.setLong(csr.satp, new PageTables(mode, RAM_BASE + TABLES).satp);
  hart.mmu.flushAll();
  return { hart, ram, walk: exports.walk as Walk };
}

/** A page table entry, mostly in order. */
function randomEntry(random: Random): bigint {
  const usual =
    Pte.V | Pte.R | Pte.A | random.pick([0, Pte.W | Pte.D, Pte.W, Pte.X, Pte.U, Pte.U | Pte.W | Pte.D]);
  const flags = random.once(3) ? usual ^ (1 << random.below(10)) : usual;
  const reserved = random.once(12) ? 1n << BigInt(54 + random.below(10)) : 0n;
  const page = random.once(8) ? random.word() : (RAM_BASE >>> 12) + 512 * random.below(3);
  return (BigInt(page) << 10n) | BigInt(flags) | reserved;
}

test.each(Object.keys(translationModes) as TranslationMode[])("%s", (mode) => {
  const { hart, ram, walk } = walker(mode);
  const { memory, mmu } = hart;
  const random = new Random(1);
  const virtual = 0x1234_5000n;
  let found = 0;
  for (let round = 0; round < 4000; round++) {
    const [low, high] = [
      Number(virtual) | (random.word() & 0xfff),
      random.once(20) ? 1 << random.below(31) : 0,
    ];
    const tables = new PageTables(mode, RAM_BASE + TABLES);
    const level = random.pick([0, 0, 1, 2]);
    const at = tables.set(virtual, randomEntry(random), level) - tables.address;
    ram.set(tables.bytes, TABLES);
    const user = random.once(2);
    memory.set(privilege, user ? Privilege.user : Privilege.supervisor);
    const status = (random.once(2) ? Mstatus.SUM : 0) | (random.once(8) ? Mstatus.MXR : 0);
    memory.set(csr.mstatus, status);
    mmu.setWalks();
    mmu.updateContext();
    const write = random.once(2);
    const place = walk((BigInt(high) << 32n) | BigInt(low), write ? 1 : 0, memory.get(layout.dataTlb));
    const physical = mmu.translate(low, high, 1, write ? Access.write : Access.read, mmu.dataPrivilege());
    const host = physical < 0 ? -1 : memory.hostAddress(physical - (physical % 4096), 4096);
    const isUnchanged = ram
      .subarray(TABLES + at, TABLES + at + 8)
      .every((byte, i) => byte === tables.bytes[at + i]);
    const isPlain = host >= 0 && isUnchanged && (status & Mstatus.MXR) === 0;
    expect(place, `round ${round}`).toBe(isPlain ? host : 0);
    if (isPlain) found += 1;
  }
  expect(found).toBeGreaterThan(300);
});
