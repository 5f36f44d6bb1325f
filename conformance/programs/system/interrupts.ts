/** Interrupts: enabling, delegation, priorities, vectored mode, WFI. Volume II, sections 3.1.6.1, 3.1.9, 3.3.3, 12.1.1. */

import { type Mode, Scenario } from "../../support/scenario.ts";

const [SIE, MIE] = [2, 8];
const [SSIP, MSIP, STIP, MTIP, SEIP] = [0x2, 0x8, 0x20, 0x80, 0x200];
const modes: readonly Mode[] = ["U", "S", "M"];

export function interruptScenarios(): Scenario[] {
  return [
    takings("interrupts", 0),
    takings("interrupts-vectored", 1),
    fromDevices(),
    supervisor(),
    compare(),
  ];
}

/** The interrupts that software can raise, in every mode, with every delegation and enable bit. */
function takings(name: string, vectored: number): Scenario {
  const s = new Scenario(name);
  if (vectored) s.asm("csrsi mtvec, 1\ncsrsi stvec, 1");
  for (const delegated of [0, SSIP, STIP | SEIP, SSIP | STIP | SEIP]) {
    for (const pending of [SSIP, STIP, SEIP, SSIP | STIP, STIP | SEIP, SSIP | STIP | SEIP]) {
      for (const enabled of [pending, -1]) {
        s.set("mideleg", delegated).set("mie", enabled).set("mip", pending);
        for (const mode of modes) {
          for (const status of [0, SIE, MIE << 4, SIE | (MIE << 4), SIE << 4]) {
            const text = `mideleg ${delegated.toString(16)}, mip ${pending.toString(16)}, mstatus ${status.toString(16)}`;
            s.attempt(text, mode, "li a0, 1\nli a0, 2", { status });
          }
        }
      }
    }
  }
  return s.set("mip", 0).set("mie", 0);
}

/** The software and the timer interrupt of machine mode, by the ACLINT's registers. */
function fromDevices(): Scenario {
  const s = new Scenario("interrupts-of-machine-mode");
  const software = (value: number): string => `li t0, 0x02000000\nli t1, ${value}\nsw t1, 0(t0)`;
  const timer = (value: number): string => `li t0, 0x02004000\nli t1, ${value}\nsd t1, 0(t0)`;
  for (const [text, code] of [
    ["software", software(1)],
    ["timer", `${software(0)}\n${timer(0)}`],
    ["both", software(1)],
    ["none", `${software(0)}\n${timer(-1)}`],
  ] as const) {
    s.asm(code);
    // Devices take a while to be seen.
    s.asm(`csrw mie, zero\nli t0, 1000\nwait${text}: addi t0, t0, -1\nbnez t0, wait${text}`).read(
      "mip",
      `mip with ${text}`,
    );
    for (const mie of [0, MSIP, MTIP, MSIP | MTIP, -1]) {
      s.set("mie", mie);
      for (const mode of modes) {
        for (const status of [0, MIE << 4])
          s.attempt(`${text} with mie ${mie.toString(16)}, ${status}`, mode, "li a0, 1", { status });
      }
    }
  }
  return s.set("mie", 0);
}

/** Interrupts that supervisor mode raises and enables itself, and WFI. */
function supervisor(): Scenario {
  const s = new Scenario("interrupts-of-supervisor-mode").set("mideleg", 0x222);
  s.attempt(
    "sip.SSIP while enabled",
    "S",
    "csrsi sie, 2\ncsrsi sstatus, 2\nli a0, 1\ncsrsi sip, 2\nli a0, 2",
  );
  s.set("mip", 0).attempt("enabled while pending", "S", "csrsi sip, 2\nli a0, 1\ncsrsi sstatus, 2\nli a0, 2");
  s.set("mip", 0)
    .set("mie", 0)
    .attempt("sie while pending", "S", "csrsi sip, 2\ncsrsi sstatus, 2\nli a0, 1\ncsrsi sie, 2\nli a0, 2");
  s.set("mip", 0)
    .set("mie", 0)
    .attempt(
      "sret enables",
      "S",
      "csrsi sip, 2\ncsrsi sie, 2\nla t0, back\ncsrw sepc, t0\nli t0, 0x120\ncsrs sstatus, t0\nli a0, 1\nsret\nback: li a0, 2",
    );
  s.set("mip", SSIP).set("mie", SSIP).attempt("wfi with something pending", "S", "wfi\nli a0, 1");
  s.attempt("wfi with something pending and enabled", "S", "csrsi sstatus, 2\nwfi\nli a0, 1");
  s.set("mip", 0).attempt("STIP and SEIP are not writable", "S", "li t0, 0x222\ncsrs sip, t0\ncsrr a0, sip");
  s.set("mip", 0x222).attempt("nor can they be cleared", "S", "csrw sip, zero\ncsrr a0, sip");
  s.set("mip", 0)
    .set("mie", SSIP | MSIP)
    .attempt("msip is not seen", "S", "csrr a0, sie");
  return s.set("mie", 0).set("mip", 0);
}

/** stimecmp (Sstc; volume II, chapter 14). */
function compare(): Scenario {
  const s = new Scenario("stimecmp").set("mideleg", 0x222).set("stimecmp", -1).set("mie", 0x20);
  const wait = (name: string): string => `li t0, 1000\nwait${name}: addi t0, t0, -1\nbnez t0, wait${name}`;
  for (const [index, environment] of [0n, 1n << 63n].entries()) {
    s.asm("csrw mcounteren, zero").set("menvcfg", BigInt.asIntN(64, environment));
    s.attempt(`stimecmp without mcounteren.TM, menvcfg ${index}`, "S", "csrr a0, stimecmp\nli a0, 1");
    s.set("mcounteren", 2);
    s.attempt(`stimecmp with mcounteren.TM, menvcfg ${index}`, "S", "csrr a0, stimecmp\nli a0, 1");
    s.attempt(`stimecmp in user mode, menvcfg ${index}`, "U", "csrr a0, stimecmp\nli a0, 1");
  }
  s.set("stimecmp", -1).asm(wait("a")).read("mip", "mip with the deadline far away");
  s.set("stimecmp", 0).asm(wait("b")).read("mip", "mip when the deadline has passed");
  for (const mode of modes) s.attempt("timer interrupt", mode, "li a0, 1", { status: SIE });
  s.set("mip", 0)
    .read("mip", "mip after a write of 0")
    .set("stimecmp", -1)
    .asm(wait("c"))
    .read("mip", "mip with a new deadline");
  s.set("mip", STIP)
    .read("mip", "mip.STIP is not writable then")
    .set("menvcfg", 0)
    .read("mip", "mip without stimecmp");
  return s.set("mie", 0).set("mip", 0);
}
