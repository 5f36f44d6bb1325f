/** The worker in which regions of RISC-V code are made. */

import { RegionMaker } from "../engine/region/compile.ts";
import { serveCompiler } from "../host/browser/worker-compiler.ts";
import { riscv } from "../isa/riscv/instruction-set.ts";

// What formats numbers first loads the locale for the whole page: tens of milliseconds, in which the page would not answer.
new Intl.NumberFormat(navigator.language).format(0);
new Intl.DateTimeFormat().resolvedOptions();

const maker = new RegionMaker(riscv);
serveCompiler((job) => maker.make(job));
