import { describe, expect, test } from "vitest";
import { JumpTables } from "../../engine/region/jump-tables.ts";
import { makeStager } from "../../engine/region/stage.ts";
import { riscvAssembler } from "./assembly.ts";
import { riscv } from "./instruction-set.ts";

const PAGE = 4096;
/** Where code lies, and where the table does. */
const CODE = 0x1_0000;
const TABLE = 0x1_2000;

interface Program {
  readonly source: string;
  /** What is in the table, by what was assembled. */
  readonly entries: (at: (label: string) => number) => readonly number[];
  readonly size?: 4 | 8;
  readonly functions?: readonly string[];
}

/** The labels that each jump at a label "jump…" was found to lead to; addresses where there is no label. */
function find({ source, entries, size = 4, functions = [] }: Program): Record<string, (string | number)[]> {
  const { bytes, symbols } = riscvAssembler().assemble(source, BigInt(CODE));
  const at = (label: string): number => Number(symbols.get(label));
  const page = new Uint8Array(PAGE);
  page.set(bytes);
  const image = new Map([[CODE / PAGE, page]]);
  const table = new DataView(new ArrayBuffer(PAGE));
  const list = entries(at);
  for (const [index, entry] of list.entries()) {
    if (size === 8) table.setBigInt64(8 * index, BigInt(entry), true);
    else table.setInt32(4 * index, entry, true);
  }
  const data = (address: number, length: number): DataView | undefined => {
    const offset = address - TABLE;
    const isThere = offset >= 0 && offset + length <= list.length * size;
    return isThere ? new DataView(table.buffer, offset, length) : undefined;
  };
  const tables = new JumpTables({
    image,
    data,
    stage: makeStager(riscv),
    links: riscv.linkRegisters,
    results: ["x10", "x11"],
  });
  const labels = new Map([...symbols].map(([name, address]) => [Number(address), name]));
  const name = (address: number): string | number => labels.get(address) ?? address;
  const found = tables.find(CODE, new Set(functions.map(at)));
  return Object.fromEntries([...found].map(([site, targets]) => [name(site), targets.map(name)]));
}

const cases = `
  one: addi a0, a0, 1
    ret
  two: addi a0, a0, 2
    ret
  three: addi a0, a0, 3
    ret
  other: ret`;
/** auipc is the first instruction of `la`: the table is so far from it. */
const loadTable = (register: string, before: number): string => `
    auipc ${register}, ${(TABLE - CODE) >> 12}
    addi ${register}, ${register}, ${-4 * before}`;
const relative = (at: (label: string) => number): number[] =>
  ["one", "two", "one", "three"].map((label) => at(label) - TABLE);

describe("jump tables", () => {
  test("of distances, as position-independent code has them", () => {
    const source = `
      li a5, 3
      bltu a5, a0, other
      ${loadTable("a4", 2)}
      slli a0, a0, 2
      add a5, a0, a4
      lw a5, 0(a5)
      add a5, a5, a4
      jump: jr a5
      ${cases}`;
    expect(find({ source, entries: relative })).toEqual({ jump: ["one", "two", "three"] });
  });

  test("of addresses, with 4 and 8 bytes", () => {
    const source = (shift: number, load: string) => `
      addi a0, a0, -100
      li a4, 4
      bgeu a0, a4, other
      slli a0, a0, ${shift}
      lui a4, ${TABLE >> 12}
      add a0, a0, a4
      ${load} a5, 0(a0)
      jump: jr a5
      ${cases}`;
    const entries = (at: (label: string) => number) => ["three", "two", "three", "one"].map(at);
    const jump = ["three", "two", "one"];
    expect(find({ source: source(2, "lw"), entries })).toEqual({ jump });
    expect(find({ source: source(2, "lwu"), entries })).toEqual({ jump });
    expect(find({ source: source(3, "ld"), entries, size: 8 })).toEqual({ jump });
  });

  test("whose base is found before a loop with calls, and whose index is made of a byte", () => {
    const source = `
      ${loadTable("s1", 0)}
      li s2, 3
      loop: jal ra, other
      lbu a5, 0(s0)
      andi a5, a5, 15
      bltu s2, a5, next
      slli a5, a5, 32
      srli a5, a5, 30
      add a5, a5, s1
      lw a5, 0(a5)
      add a5, a5, s1
      jump: jr a5
      one: addi s0, s0, 1
        j loop
      two: addi s0, s0, 2
      next: addi s0, s0, 1
        bnez s0, loop
      three: ret
      other: ret`;
    expect(find({ source, entries: relative })).toEqual({ jump: ["one", "two", "three"] });
  });

  test("in the cases of others", () => {
    const source = `
      li a5, 1
      bltu a5, a0, other
      ${loadTable("a4", 2)}
      slli a0, a0, 2
      add a5, a0, a4
      lw a5, 0(a5)
      add a5, a5, a4
      jump: jr a5
      one: ret
      two: andi a1, a1, 1
        slli a1, a1, 2
        add a1, a1, a4
        lw a1, 8(a1)
        add a1, a1, a4
        jump2: jr a1
      three: ret
      four: ret
      other: ret`;
    const entries = (at: (label: string) => number) =>
      ["one", "two", "three", "four"].map((label) => at(label) - TABLE);
    expect(find({ source, entries })).toEqual({ jump: ["one", "two"], jump2: ["three", "four"] });
  });

  const unbounded = `
    ${loadTable("a4", 0)}
    slli a0, a0, 2
    add a5, a0, a4
    lw a5, 0(a5)
    add a5, a5, a4
    jump: jr a5
    ${cases}`;

  test("without a bound end where something else stands", () => {
    const entries = (at: (label: string) => number) => [...relative(at), 0x7fff_0000, at("other") - TABLE];
    expect(find({ source: unbounded, entries })).toEqual({ jump: ["one", "two", "three"] });
    // Where the file ends.
    expect(find({ source: unbounded, entries: relative })).toEqual({ jump: ["one", "two", "three"] });
  });

  test("of results that a call gives back are not taken for constants", () => {
    const source = `
      li a0, 1
      jal ra, other
      ${loadTable("a4", 2)}
      slli a0, a0, 2
      add a5, a0, a4
      lw a5, 0(a5)
      add a5, a5, a4
      jump: jr a5
      ${cases}`;
    expect(find({ source, entries: relative })).toEqual({ jump: ["one", "two", "three"] });
  });

  const bounded = (most: number) => `
    li a5, ${most}
    bltu a5, a0, other
    ${loadTable("a4", 2)}
    slli a0, a0, 2
    add a5, a0, a4
    lw a5, 0(a5)
    add a5, a5, a4
    jump: jr a5
    ${cases}`;

  test("are read no further than their bound", () => {
    expect(find({ source: bounded(1), entries: relative })).toEqual({ jump: ["one", "two"] });
  });

  test("lead only to code: odd, far and unmapped places are dropped", () => {
    const entries = (at: (label: string) => number) => [
      at("two") + 1 - TABLE,
      -0x8000_0000,
      at("two") - TABLE,
      0x7fff_fffe,
      CODE - 2 - TABLE,
      CODE + PAGE - TABLE,
    ];
    expect(find({ source: bounded(5), entries })).toEqual({ jump: ["two"] });
    expect(find({ source: bounded(1), entries })).toEqual({});
    // A bound beyond what the file has.
    expect(find({ source: bounded(900), entries })).toEqual({ jump: ["two"] });
  });

  test("with too many entries are left alone, and so is what is no table", () => {
    expect(find({ source: bounded(1024), entries: relative })).toEqual({});
    const jumps = `
      bltu a1, a0, other
      lw a5, 0(a0)
      jump: jr a5
      ${cases}`;
    expect(find({ source: jumps, entries: relative })).toEqual({});
  });

  test("do not lead into the search of other functions", () => {
    const source = `
      beqz a0, second
      ret
      second: andi a0, a0, 3
      ${loadTable("a4", 3)}
      slli a0, a0, 2
      add a5, a0, a4
      lw a5, 0(a5)
      add a5, a5, a4
      jump: jr a5
      ${cases}`;
    expect(find({ source, entries: relative })).toEqual({ jump: ["one", "two", "three"] });
    expect(find({ source, entries: relative, functions: ["second"] })).toEqual({});
  });
});
