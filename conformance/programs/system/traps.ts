/** Traps of instructions, returns from traps, and what each mode may execute. Volume II, sections 3.1, 3.3, 12.1. */

import { insertField } from "../../../src/engine/picture.ts";
import { riscv } from "../../../src/isa/riscv/instruction-set.ts";
import { type Mode, Scenario } from "../../support/scenario.ts";

const modes: readonly Mode[] = ["U", "S", "M"];
const FS_DIRTY = 0x6000;

/** Halfwords and words that are no instruction, for the value that is left in mtval. */
const illegalWords = [
  ".half 0",
  ".half 0x8002",
  ".half 0x6081",
  ".half 0x2001",
  ".half 0x4002",
  ".half 0x6002",
  ".half 0x9c41",
  ".half 0x9c61",
  ".half 0x8000",
  ".half 0x6101",
  ".word 0xffffffff",
  ".word 0x0000007f",
  ".word 0x00002063",
  ".word 0x0000200f",
  ".word 0x00007003",
  ".word 0x00004023",
  ".word 0x02051013",
  ".word 0x4200501b",
  ".word 0x0200003b",
  ".word 0xfe000033",
  ".word 0x00000073 + 0x80",
  ".word 0x30200073 + 0x80",
  ".word 0x1000202f + 0x100000",
  ".word 0x0000402f",
  ".word 0xd2000053 + 0x600000",
  ".word 0x0600202f",
  ".word 0x04000043",
  ".word 0x0000004b + 0x4000000",
  ".word 0x20003053",
  ".word 0x00000057",
];

const trappingCode: Readonly<Record<string, string>> = {
  ecall: "ecall",
  ebreak: "ebreak",
  "c.ebreak": "c.ebreak",
  "load beyond memory": "li t0, 0x90000010\nld a0, 5(t0)",
  "store beyond memory": "li t0, 0x90000010\nsd a0, 5(t0)",
  "fetch beyond memory": "li t0, 0x90000010\njr t0",
  "AMO beyond memory": "li t0, 0x90000010\namoadd.d a0, a0, (t0)",
  "LR beyond memory": "li t0, 0x90000010\nlr.d a0, (t0)",
  "misaligned load": "li t0, 0x80400001\nld a0, 0(t0)",
  "misaligned store": "li t0, 0x80400ffd\nsd a0, 0(t0)",
  "misaligned lr.w": "li t0, 0x80400002\nlr.w a0, (t0)",
  "misaligned lr.d": "li t0, 0x80400004\nlr.d a0, (t0)",
  "misaligned amoadd.w": "li t0, 0x80400001\namoadd.w a0, a0, (t0)",
  "misaligned amoor.d": "li t0, 0x80400004\namoor.d a0, a0, (t0)",
  "misaligned amomaxu.d": "li t0, 0x80400ffc\namomaxu.d a0, a0, (t0)",
  "load at the highest address": "li t0, -8\nld a0, 0(t0)",
  mret: "mret",
  sret: "sret",
  wfi: "wfi",
  "sfence.vma": "sfence.vma zero, zero\nsfence.vma t0, zero\nsfence.vma zero, t0\nsfence.vma t0, t1",
  "fence.i": "fence.i\nfence",
};

export function trapScenarios(): Scenario[] {
  return [
    exceptions("exceptions", 0),
    exceptions("delegated_exceptions", 0xb1ff),
    illegal(),
    floatingPointOff(),
    roundingModes(),
    returns(),
    restrictions(),
  ];
}

/** Every trap from every mode. Nothing must wait or return into nowhere: mie and mepc see to that. */
function exceptions(name: string, delegated: number): Scenario {
  const s = new Scenario(name).set("medeleg", delegated).set("mideleg", 2).set("mip", 2);
  for (const mode of modes) {
    for (const [text, code] of Object.entries(trappingCode)) {
      // WFI goes on at once where an interrupt is pending that is enabled in mie, though not taken.
      s.set("mie", text === "wfi" && mode !== "U" ? 2 : 0);
      const isReturn = text === "mret" || text === "sret";
      const landing = isReturn ? `la t0, landing_${name}\ncsrw sepc, t0\ncsrw mepc, t0` : "";
      if (isReturn && mode === "M") s.attempt(text, mode, `${landing}\n${code}`);
      else s.asm(isReturn ? landing : "").attempt(text, mode, code);
    }
  }
  return s.asm(`j over_${name}\n.align 2\nlanding_${name}: ecall\nover_${name}:`);
}

function illegal(): Scenario {
  const s = new Scenario("illegal-instructions");
  for (const word of illegalWords) s.attempt(word, "U", `${word}\n.half 0\n.half 0`, { status: FS_DIRTY });
  // In the last halfword of a page, and over its end.
  s.asm(
    "j over_ends\n.align 12\n.space 4094\nend_a: .half 0\n.space 4094\nend_b: .word 0xffffffff\n.half 0\nover_ends:",
  );
  for (const label of ["end_a", "end_b"]) s.attempt(label, "U", `la t0, ${label}\njr t0`);
  return s;
}

const floatCode = [
  "fadd.s fa0, fa1, fa2",
  "fmul.d fa0, fa1, fa2",
  "fmadd.d fa0, fa1, fa2, fa3",
  "feq.s a0, fa0, fa1",
  "fclass.d a0, fa0",
  "fmv.x.w a0, fa0",
  "fmv.x.d a0, fa0",
  "fmv.w.x fa0, a0",
  "fmv.d.x fa0, a0",
  "fsgnj.d fa0, fa0, fa0",
  "fcvt.d.w fa0, a0",
  "fcvt.l.d a0, fa0",
  "fcvt.d.s fa0, fa1",
  "la t0, start\nflw fa0, 0(t0)",
  "li t0, 0x80400000\nfsw fa0, 0(t0)",
  "la t0, start\nfld fa0, 0(t0)",
  "li t0, 0x80400000\nfsd fa0, 0(t0)",
  "li s0, 0x80400000\nc.fld fa0, 0(s0)",
  "li s0, 0x80400000\nc.fsd fa0, 0(s0)",
  "csrr a0, fcsr",
  "csrr a0, frm",
  "csrwi fflags, 3",
  "csrr a0, fflags",
  "csrrwi a0, frm, 1",
  "fmin.s fa0, fa1, fa2",
  "fle.d a0, fa1, fa2",
] as const;

/** With mstatus.FS off, initial, clean and dirty. */
function floatingPointOff(): Scenario {
  const s = new Scenario("floating-point-state");
  s.asm(
    "li a0, 0x6000\ncsrw mstatus, a0\nfmv.d.x fa1, zero\nfmv.d.x fa2, zero\nfmv.d.x fa3, zero\nfmv.d.x fa0, zero\ncsrw fcsr, zero",
  );
  for (const status of [0, 0x2000, 0x4000, 0x6000]) {
    for (const code of floatCode) s.attempt(`FS ${status.toString(16)}: ${code}`, "U", code, { status });
  }
  return s;
}

/** Reserved rounding modes, in the instruction and in frm, of every instruction that has one. */
function roundingModes(): Scenario {
  const s = new Scenario("rounding-modes");
  for (const [name, { picture }] of Object.entries(riscv.instructions)) {
    const field = picture.fields.find((candidate) => candidate.name === "rm");
    if (!field) continue;
    for (const [rm, frm] of [
      [5, 0],
      [6, 0],
      [7, 5],
      [7, 6],
      [7, 7],
      [4, 7],
      [7, 4],
    ] as const) {
      const word = (picture.value | insertField(field, rm)) >>> 0;
      s.attempt(
        `${name} rm ${rm} frm ${frm}`,
        "U",
        `csrwi frm, ${frm}\ncsrwi fflags, 0\n.word ${word}\nli a0, 7`,
        { status: FS_DIRTY },
      );
    }
  }
  return s;
}

/** MRET and SRET: which mode follows, and what becomes of mstatus. */
function returns(): Scenario {
  const s = new Scenario("returns");
  const bits = [0, 0x8, 0x80, 0x88, 0x2, 0x20, 0x22, 0x100, 0x122, 0x20000, 0x20100, 0xaa];
  for (const status of bits) {
    for (const mode of modes) s.attempt(`mret with ${status.toString(16)}`, mode, "", { status });
    for (const mode of ["S", "M"] as const) {
      const id = s.label("");
      s.attempt(
        `sret with ${status.toString(16)}`,
        mode,
        `la t0, back${id}\ncsrw sepc, t0\nli a0, 1\nsret\nli a0, 2\nback${id}: ecall`,
        { status },
      );
    }
  }
  s.set("medeleg", 0x100);
  for (const status of bits) s.attempt(`ecall to S with ${status.toString(16)}`, "U", "ecall", { status });
  return s;
}

/** TSR, TW and TVM, and the CSRs that TVM guards. */
function restrictions(): Scenario {
  const s = new Scenario("restrictions").set("mideleg", 2).set("mip", 2);
  const code = [
    "sret",
    "wfi",
    "sfence.vma zero, zero",
    "sfence.vma t0, zero",
    "csrr a0, satp",
    "csrw satp, zero",
  ];
  for (const status of [0, 0x100000, 0x200000, 0x400000, 0x700000]) {
    for (const mode of modes) {
      for (const text of code) {
        const id = s.label("");
        s.set("mie", text === "wfi" && mode !== "U" ? 2 : 0);
        const before = text === "sret" ? `la t0, back${id}\ncsrw sepc, t0` : "";
        const inside = mode === "M" ? before : "";
        if (mode !== "M") s.asm(before);
        s.attempt(
          `${text} with ${status.toString(16)}`,
          mode,
          `${inside}\n${text}\nli a0, 0\nback${id}: ecall`,
          { status },
        );
      }
    }
  }
  return s;
}
