/** How much WebAssembly regions are: what V8 has to compile. Measured values, and a little more is allowed. */

import { expect, test, vi } from "vitest";
import wabt from "wabt";
import { emptyPages } from "../../engine/region/code-view.ts";
import { RegionMaker } from "../../engine/region/compile.ts";
import { withoutCustomSections } from "../../wasm/sections.ts";
import { riscvAssembler } from "./assembly.ts";
import { riscv } from "./instruction-set.ts";
import { bareMemory } from "./testing/bare-hart.ts";

// What is written is not run: the sizes are those on hosts that fuse, on every host.
vi.mock("../../engine/host-fma.ts", async (original) => ({
  ...(await original<object>()),
  hostFuses: () => true,
}));

interface Snippet {
  readonly name: string;
  readonly source: string;
  /** Places in it that indirect jumps lead to. */
  readonly cases?: readonly string[];
  /** Of the module without names and hints, at the time of writing. */
  readonly bytes: number;
  /** WebAssembly instructions, with `end` and `else`. */
  readonly operations: number;
}

/** By how much a region may have grown. */
const TOLERANCE = 1.05;

const snippets: readonly Snippet[] = [
  {
    name: "a loop on integers",
    source: `
      loop: add a0, a0, a1
        slli a2, a0, 3
        xor a1, a1, a2
        srli a3, a1, 7
        addi a4, a4, -1
        or a0, a0, a3
        bnez a4, loop
        ret`,
    bytes: 443,
    operations: 151,
  },
  {
    name: "a loop that copies memory",
    source: `
      loop: ld a3, 0(a1)
        ld a4, 8(a1)
        sd a3, 0(a0)
        sd a4, 8(a0)
        addi a1, a1, 16
        addi a0, a0, 16
        bltu a1, a2, loop
        ret`,
    bytes: 567,
    operations: 211,
  },
  {
    name: "fields of structures",
    source: `
      loop: lw a1, 0(a0)
        lw a2, 4(a0)
        lhu a3, 8(a0)
        lbu a4, 10(a0)
        addw a1, a1, a2
        sw a1, 12(a0)
        sh a3, 16(a0)
        sb a4, 18(a0)
        ld a0, 24(a0)
        bnez a0, loop
        ret`,
    bytes: 542,
    operations: 193,
  },
  {
    name: "a function that calls",
    source: `
      f: addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        mv s0, a0
        jal ra, f+0x200
        add s0, s0, a0
        mv a0, s0
        jal ra, f+0x200
        add a0, a0, s0
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret`,
    bytes: 919,
    operations: 378,
  },
  {
    name: "a switch by a jump table",
    source: `
      loop: lbu a2, 0(a0)
        addi a0, a0, 1
        slli a2, a2, 3
        add a2, a2, a5
        ld a2, 0(a2)
      jump: jr a2
      case0: addi a1, a1, 1
        j loop
      case1: slli a1, a1, 1
        j loop
      case2: xor a1, a1, a3
        j loop
      case3: sub a1, a1, a3
        j loop
      case4: ret`,
    cases: ["case0", "case1", "case2", "case3", "case4"],
    bytes: 749,
    operations: 308,
  },
  {
    name: "arithmetic on doubles",
    source: `
      loop: fld fa1, 0(a0)
        fld fa2, 8(a0)
        fmadd.d fa0, fa1, fa2, fa0
        fmul.d fa3, fa1, fa2
        fsub.d fa4, fa3, fa1
        fadd.d fa5, fa5, fa4
        fsd fa5, 16(a0)
        addi a0, a0, 24
        bltu a0, a1, loop
        ret`,
    bytes: 1072,
    operations: 377,
  },
  {
    name: "arithmetic on 32 bits",
    source: `
      loop: addw a0, a0, a1
        mulw a2, a0, a1
        sraiw a3, a2, 5
        subw a1, a3, a0
        addiw a4, a4, -1
        sllw a5, a1, a4
        divw a6, a5, a0
        bnez a4, loop
        ret`,
    bytes: 577,
    operations: 213,
  },
  {
    name: "branches",
    source: `
      loop: addi a0, a0, 1
        blt a0, a1, less
        beq a0, a2, equal
        bgeu a0, a3, more
        addi a4, a4, 1
        j loop
      less: addi a5, a5, 1
        bne a5, a0, loop
      equal: xor a6, a6, a5
        beqz a6, loop
      more: sub a6, a6, a0
        bltz a6, less
        ret`,
    bytes: 778,
    operations: 326,
  },
];

const map = bareMemory();

/** The module of a region that begins with a snippet. */
function write({ source, cases = [] }: Snippet) {
  const { bytes, symbols } = riscvAssembler().assemble(source);
  const pages = emptyPages([0]);
  pages.bytes.set(bytes);
  pages.met.fill(1, 0, bytes.length / 2);
  const offsetOf = (label: string): number => Number(symbols.get(label));
  const request = {
    pages,
    heads: [0],
    jumpTargets: new Map(cases.length > 0 ? [[offsetOf("jump"), cases.map(offsetOf)]] : []),
    others: new Set<number>(),
    maxInstructions: 600,
  };
  const [hart] = map.harts;
  const written = hart && new RegionMaker(riscv).write({ hart, requests: [request] });
  const [region] = written?.regions ?? [];
  if (!written || !region) throw new Error("there is no region");
  expect(region.instructions).toBe(bytes.length / 4);
  return { code: withoutCustomSections(written.code), instructions: region.instructions };
}

/** Instructions in all functions of a module: each is a line of its text. */
async function countOperations(code: Uint8Array): Promise<number> {
  const { readWasm } = await wabt();
  const text = readWasm(code, { simd: true, relaxed_simd: true }).toText({});
  return text.split("\n").filter((line) => /^ {4,}(?!\(local)[a-z]/.test(line)).length;
}

test.each(snippets)("$name", async (snippet) => {
  const { code, instructions } = write(snippet);
  const operations = await countOperations(code);
  const each = (count: number): string => (count / instructions).toFixed(1);
  const found = `${code.length} bytes, ${operations} operations; ${each(code.length)} bytes and ${each(operations)} operations for each of ${instructions} instructions`;
  expect(code.length, found).toBeLessThanOrEqual(snippet.bytes * TOLERANCE);
  expect(operations, found).toBeLessThanOrEqual(snippet.operations * TOLERANCE);
});
