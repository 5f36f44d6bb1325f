/** RISC-V's assembler and disassembler: the engine's, with the pseudo-instructions of the assembly language manual. */

import { type Assembler, makeAssembler, type Pseudo } from "../../engine/assembler.ts";
import { type Disassembler, makeDisassembler } from "../../engine/disassembler.ts";
import { riscv } from "./instruction-set.ts";

/** The instructions that load a constant: LUI and ADDIW for 32 bits, then shifts and additions of 12 bits at a time. */
function loadImmediate(rd: string, value: bigint): string[] {
  if (value >= -0x800n && value < 0x800n) return [`addi ${rd}, zero, ${value}`];
  if (value === BigInt.asIntN(32, value)) {
    const low = BigInt.asIntN(12, value);
    const high = BigInt.asUintN(20, (value - low) >> 12n);
    return [`lui ${rd}, ${high}`, ...(low === 0n ? [] : [`addiw ${rd}, ${rd}, ${low}`])];
  }
  const low = BigInt.asIntN(12, value);
  let rest = BigInt.asIntN(64, value - low) >> 12n;
  let shift = 12;
  while ((rest & 1n) === 0n) {
    rest >>= 1n;
    shift += 1;
  }
  const addition = low === 0n ? [] : [`addi ${rd}, ${rd}, ${low}`];
  return [...loadImmediate(rd, rest), `slli ${rd}, ${rd}, ${shift}`, ...addition];
}

/** A pseudo-instruction that is one instruction with its operands put in place of $0, $1, $2. */
function as(...templates: string[]): Pseudo {
  return (args) =>
    templates.map((template) => template.replaceAll(/\$(\d)/g, (_, index) => args[Number(index)] ?? ""));
}

/** An address in two steps from the program counter; the second one lies four bytes after the first. */
function fromPc(second: string): Pseudo {
  let count = 0;
  return (args) => {
    const label = `.Lpc${count++}`;
    const symbol = args.at(-1);
    const register = args.length > 1 ? (args[0] ?? "ra") : second.includes("zero") ? "t1" : "ra";
    return [
      `${label}: auipc ${register}, %hi(${symbol}-${label})`,
      second.replaceAll("$r", register).replace("$lo", `%lo(${symbol}-${label})`),
    ];
  };
}

const pseudos: Readonly<Record<string, Pseudo>> = {
  nop: as("addi zero, zero, 0"),
  li: ([rd = "", value = ""], constant) => loadImmediate(rd, BigInt.asIntN(64, constant(value))),
  la: fromPc("addi $r, $r, $lo"),
  call: fromPc("jalr ra, $lo($r)"),
  tail: fromPc("jalr zero, $lo($r)"),
  mv: as("addi $0, $1, 0"),
  not: as("xori $0, $1, -1"),
  neg: as("sub $0, zero, $1"),
  negw: as("subw $0, zero, $1"),
  "sext.w": as("addiw $0, $1, 0"),
  "zext.b": as("andi $0, $1, 255"),
  seqz: as("sltiu $0, $1, 1"),
  snez: as("sltu $0, zero, $1"),
  beqz: as("beq $0, zero, $1"),
  bnez: as("bne $0, zero, $1"),
  bltz: as("blt $0, zero, $1"),
  bgez: as("bge $0, zero, $1"),
  blez: as("bge zero, $0, $1"),
  bgtz: as("blt zero, $0, $1"),
  bgt: as("blt $1, $0, $2"),
  ble: as("bge $1, $0, $2"),
  bgtu: as("bltu $1, $0, $2"),
  bleu: as("bgeu $1, $0, $2"),
  j: as("jal zero, $0"),
  jal: as("jal ra, $0"),
  jr: as("jalr zero, 0($0)"),
  jalr: as("jalr ra, 0($0)"),
  ret: as("jalr zero, 0(ra)"),
  csrs: as("csrrs zero, $0, $1"),
  csrc: as("csrrc zero, $0, $1"),
  csrsi: as("csrrsi zero, $0, $1"),
  csrci: as("csrrci zero, $0, $1"),
  fence: as("fence iorw, iorw"),
  "sfence.vma": (args) => [`sfence.vma ${args[0] ?? "zero"}, ${args[1] ?? "zero"}`],
  "fmv.s": as("fsgnj.s $0, $1, $1"),
  "fmv.d": as("fsgnj.d $0, $1, $1"),
  "fabs.d": as("fsgnjx.d $0, $1, $1"),
  "fneg.d": as("fsgnjn.d $0, $1, $1"),
};

let assembler: Assembler | undefined;
let disassembler: Disassembler | undefined;

/** The assembler of riscv64. */
export function riscvAssembler(): Assembler {
  assembler ??= makeAssembler(riscv, pseudos);
  return assembler;
}

/** The disassembler of riscv64. */
export function riscvDisassembler(): Disassembler {
  disassembler ??= makeDisassembler(riscv);
  return disassembler;
}
