/** CSRs: which fields keep what is written, who may access them, and the counters' enable bits. Volume II, chapters 2, 3, 12. */

import { Scenario } from "../../support/scenario.ts";
import { random64, randomFor } from "../values.ts";

const written = [
  "mstatus",
  "sstatus",
  "mie",
  "sie",
  "mip",
  "sip",
  "medeleg",
  "mideleg",
  "mtvec",
  "stvec",
  "mepc",
  "sepc",
  "mcause",
  "scause",
  "mtval",
  "stval",
  "mscratch",
  "sscratch",
  "mcounteren",
  "scounteren",
  "mcountinhibit",
  "misa",
  "menvcfg",
  "senvcfg",
  "satp",
  "fflags",
  "frm",
  "fcsr",
] as const;

const present = [
  ...written,
  "stimecmp",
  "mhartid",
  "cycle",
  "time",
  "instret",
  "hpmcounter3",
  "hpmcounter18",
  "mcycle",
  "minstret",
  "mhpmcounter3",
  "mhpmevent3",
  "pmpcfg0",
  "pmpcfg2",
  "pmpaddr0",
  "pmpaddr15",
  "mvendorid",
  "marchid",
  "mimpid",
  "mconfigptr",
] as const;

/** Numbers without a CSR here: odd pmpcfg of RV32, the high halves of counters, hypervisor's, none at all. */
const absent = [
  0x000, 0x004, 0x005, 0x044, 0x3a1, 0xc80, 0xb80, 0x600, 0x200, 0x310, 0x800, 0x5a8, 0x9c0, 0xf00, 0xcc0,
] as const;

export function csrScenarios(): Scenario[] {
  return [fields(), access(), counters(), delegation()];
}

/** Values are put back at once, so that a vector or a mode of translation in between does no harm. */
function fields(): Scenario {
  const s = new Scenario("csr-fields").set("mstatus", 0x6000).set("mideleg", 0x222);
  const random = randomFor("csr-fields");
  for (const csr of written) {
    const values = [0n, -1n, ...Array.from({ length: 12 }, () => BigInt.asIntN(64, random64(random)))];
    if (csr === "satp")
      values.push(8n << 60n, 9n << 60n, 10n << 60n, (8n << 60n) | 0x1234n, 1n << 60n, -1n << 61n);
    if (csr === "mstatus")
      values.push(...[0x1800n, 0x800n, 0x1000n, 0x2000n, 0x4000n, 0x6000n, 0x20000n, 0x8000000000000000n]);
    for (const value of values) {
      for (const operation of ["csrrw", "csrrs", "csrrc"] as const) {
        s.asm(
          `li a0, ${value}\n${operation} s0, ${csr}, a0\ncsrr a0, ${csr}\ncsrw ${csr}, s0\n${csr === "misa" ? "" : "mv s1, a0"}`,
        );
        s.note(`${csr} after ${operation} ${BigInt.asUintN(64, value).toString(16)}`);
      }
    }
    s.set("mstatus", 0x6000);
  }
  return s;
}

function access(): Scenario {
  const s = new Scenario("csr-access");
  for (const mode of ["U", "S", "M"] as const) {
    for (const csr of present) {
      s.attempt(`read ${csr}`, mode, `csrr a0, ${csr}\nli a0, 1`, { status: 0x6000 });
      s.attempt(`csrrs ${csr}, x0 by immediate`, mode, `csrrsi a0, ${csr}, 0\nli a0, 1`, { status: 0x6000 });
    }
    for (const number of absent) {
      s.attempt(`read 0x${number.toString(16)}`, mode, `.word ${((number << 20) | 0x2573) >>> 0}\nli a0, 1`);
    }
  }
  for (const csr of [
    "cycle",
    "time",
    "instret",
    "hpmcounter3",
    "mhartid",
    "mvendorid",
    "marchid",
    "mimpid",
    "mconfigptr",
  ]) {
    for (const code of [
      `csrw ${csr}, zero`,
      `csrrs a0, ${csr}, a1`,
      `csrrci a0, ${csr}, 1`,
      `csrrc a0, ${csr}, zero`,
    ]) {
      s.attempt(code, "M", `${code}\nli a0, 1`);
    }
  }
  return s;
}

/** mcounteren and scounteren, each bit alone. */
function counters(): Scenario {
  const s = new Scenario("counters");
  for (const machine of [0, 1, 2, 4, 8, -1]) {
    for (const supervisor of [0, 1, 2, 4, 8, -1]) {
      s.set("mcounteren", machine).set("scounteren", supervisor);
      for (const mode of ["U", "S"] as const) {
        for (const csr of ["cycle", "time", "instret", "hpmcounter3"]) {
          s.attempt(`${csr} with ${machine}, ${supervisor}`, mode, `csrr a0, ${csr}\nli a0, 1`);
        }
      }
    }
  }
  return s;
}

/** sie and sip show what is delegated. */
function delegation(): Scenario {
  const s = new Scenario("delegated-interrupt-views");
  for (const delegated of [0, 0x2, 0x20, 0x200, 0x222, -1]) {
    s.set("mideleg", delegated).read("mideleg");
    s.set("mie", 0).set("sie", -1).read("mie", "mie after sie").read("sie");
    s.set("mie", -1).read("sie").set("sie", 0).read("mie", "mie after sie is cleared");
    s.set("mip", 0).set("sip", -1).read("mip", "mip after sip").read("sip");
    s.set("mip", 0x222)
      .read("sip")
      .set("sip", 0)
      .read("mip", "mip after sip is cleared")
      .set("mip", 0)
      .set("mie", 0);
  }
  return s;
}
