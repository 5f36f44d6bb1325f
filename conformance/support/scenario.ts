/**
 * Bare-machine scenarios: assembly that provokes traps and logs them. A scenario runs in machine mode; an attempt runs
 * some code in a mode and ends by a trap. Registers: s7 the number of the attempt, s10 the end of the log, s11 where the
 * machine-mode handler goes on; the handlers also use s8 and s9. The log is printed in hexadecimal at the end.
 *
 *   record: kind and number, cause, epc, tval, status, a0; of these a note has only the last one
 *
 * Memory: code from 0x80000000, the log from 0x80200000, whatever a scenario puts elsewhere.
 */

import { riscvAssembler } from "../../src/isa/riscv/assembly.ts";

export const SYSTEM_BASE = 0x80000000;
const LOG = 0x80200000;
export const SYSTEM_RAM = 16 << 20;
const RECORD_WORDS = 6;
const FIELDS = ["kind", "cause", "epc", "tval", "status", "a0"] as const;
const KINDS: Readonly<Record<number, string>> = { 1: "machine trap", 2: "supervisor trap", 3: "note" };

export type Mode = "M" | "S" | "U";
const MPP: Readonly<Record<Mode, number>> = { M: 0x1800, S: 0x800, U: 0 };

export interface SystemProgram {
  readonly name: string;
  readonly image: Uint8Array<ArrayBuffer>;
  /** What an attempt or a note is about, by its number. */
  readonly labels: readonly string[];
}

export interface AttemptOptions {
  /** mstatus before the attempt, without MPP. */
  readonly status?: number;
  /** Added to the address of the code: where user pages are mapped. */
  readonly offset?: number;
}

const prologue = `
  la t0, mtrap
  csrw mtvec, t0
  la t0, strap
  csrw stvec, t0
  csrw mstatus, zero
  csrw mie, zero
  csrw medeleg, zero
  csrw mideleg, zero
  csrw satp, zero
  csrw mcounteren, zero
  csrw scounteren, zero
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, 0x02004000
  li t1, -1
  sd t1, 0(t0)
  li s10, ${LOG}
  li s7, 0
  j start
.align 8
mtrap:
  j mhandler
  ${Array.from({ length: 15 }, (_, cause) => `j mvector${cause + 1}`).join("\n  ")}
.align 8
strap:
  j shandler
  ${Array.from({ length: 15 }, (_, cause) => `j svector${cause + 1}`).join("\n  ")}
${["m", "s"]
  .map((mode) =>
    Array.from(
      { length: 15 },
      (_, cause) => `${mode}vector${cause + 1}:\n  li a0, ${0x700 + cause + 1}\n  j ${mode}handler`,
    ).join("\n"),
  )
  .join("\n")}
mhandler:
  slli s8, s7, 8
  addi s8, s8, 1
  sd s8, 0(s10)
  csrr s8, mcause
  sd s8, 8(s10)
  csrr s8, mepc
  sd s8, 16(s10)
  csrr s8, mtval
  sd s8, 24(s10)
  csrr s8, mstatus
  sd s8, 32(s10)
  sd a0, 40(s10)
  addi s10, s10, 48
  jr s11
shandler:
  slli s8, s7, 8
  addi s8, s8, 2
  sd s8, 0(s10)
  csrr s8, scause
  sd s8, 8(s10)
  csrr s8, sepc
  sd s8, 16(s10)
  csrr s8, stval
  sd s8, 24(s10)
  csrr s8, sstatus
  sd s8, 32(s10)
  sd a0, 40(s10)
  addi s10, s10, 48
  ecall
note:
  slli s8, s7, 8
  addi s8, s8, 3
  sd s8, 0(s10)
  sd zero, 8(s10)
  sd zero, 16(s10)
  sd zero, 24(s10)
  sd zero, 32(s10)
  sd a0, 40(s10)
  addi s10, s10, 48
  ret
finish:
  csrw mstatus, zero
  li s0, ${LOG}
  li s1, 0x10000000
nextword:
  bgeu s0, s10, poweroff
  ld a0, 0(s0)
  addi s0, s0, 8
  li t0, 60
nextdigit:
  srl t1, a0, t0
  andi t1, t1, 15
  addi t2, t1, 48
  li t3, 10
  blt t1, t3, digit
  addi t2, t1, 87
digit:
  lbu t4, 5(s1)
  andi t4, t4, 32
  beqz t4, digit
  sb t2, 0(s1)
  addi t0, t0, -4
  bgez t0, nextdigit
newline:
  lbu t4, 5(s1)
  andi t4, t4, 32
  beqz t4, newline
  li t2, 10
  sb t2, 0(s1)
  j nextword
poweroff:
  lbu t4, 5(s1)
  andi t4, t4, 64
  beqz t4, poweroff
  li t0, 0x100000
  li t1, 0x5555
  sw t1, 0(t0)
hang:
  j hang
start:
`;

/** Collects the source of a scenario. */
export class Scenario {
  readonly #name: string;
  readonly #lines: string[] = [prologue];
  readonly #labels: string[] = [""];
  readonly #data: { readonly address: number; readonly bytes: Uint8Array }[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Machine-mode code. */
  asm(source: string): this {
    this.#lines.push(source);
    return this;
  }

  /** Bytes in memory from the start. */
  data(address: number, bytes: Uint8Array): this {
    this.#data.push({ address, bytes });
    return this;
  }

  /** A number for an attempt or note. */
  label(text: string): number {
    this.#labels.push(text);
    const id = this.#labels.length - 1;
    this.asm(`li s7, ${id}`);
    return id;
  }

  /** Logs the register a0. */
  note(text: string): this {
    this.label(text);
    return this.asm("jal ra, note");
  }

  /** Writes a CSR. */
  set(csr: string, value: number | bigint): this {
    return this.asm(`li a0, ${value}\ncsrw ${csr}, a0`);
  }

  /** Logs a CSR. */
  read(csr: string, text = csr): this {
    return this.asm(`csrr a0, ${csr}`).note(text);
  }

  /** Runs code in a mode; it ends by an ECALL if by nothing else. */
  attempt(text: string, mode: Mode, code: string, { status = 0, offset = 0 }: AttemptOptions = {}): this {
    const id = this.label(`${text} (${mode})`);
    return this.asm(`
      la s11, after${id}
      li s9, ${status | MPP[mode]}
      csrw mstatus, s9
      la s9, code${id}
      li s8, ${offset}
      add s9, s9, s8
      csrw mepc, s9
      li a0, 0x5a5
      mret
    code${id}:
      ${code}
      ecall
      .align 2
    after${id}:`);
  }

  program(): SystemProgram {
    this.asm("j tofinish\ntofinish: la t0, finish\njr t0");
    const { bytes } = riscvAssembler().assemble(this.#lines.join("\n"), BigInt(SYSTEM_BASE));
    const ends = this.#data.map((piece) => piece.address + piece.bytes.length - SYSTEM_BASE);
    if (bytes.length > 0x80000) throw new Error(`${this.#name}: the code is too long`);
    const image = new Uint8Array(Math.max(bytes.length, ...ends));
    image.set(bytes);
    for (const piece of this.#data) image.set(piece.bytes, piece.address - SYSTEM_BASE);
    return { name: this.#name, image, labels: this.#labels };
  }
}

/** One record of a log. */
export interface LogRecord {
  readonly kind: string;
  readonly label: string;
  readonly fields: Readonly<Record<string, bigint>>;
}

/** Reads a printed log. */
export function parseLog({ name, labels }: SystemProgram, text: string): LogRecord[] {
  const words =
    text.trim() === ""
      ? []
      : text
          .trim()
          .split("\n")
          .map((word) => BigInt(`0x${word.trim()}`));
  if (words.length % RECORD_WORDS !== 0) throw new Error(`${name}: the log has ${words.length} words`);
  return Array.from({ length: words.length / RECORD_WORDS }, (_, index) => {
    const record = words.slice(index * RECORD_WORDS, (index + 1) * RECORD_WORDS);
    const tag = Number(record[0] ?? 0n);
    const fields = FIELDS.slice(1).map((field, at) => [field, record[at + 1] ?? 0n] as const);
    return {
      kind: KINDS[tag & 255] ?? "?",
      label: labels[tag >>> 8] ?? `${tag >>> 8}`,
      fields: Object.fromEntries(fields),
    };
  });
}
