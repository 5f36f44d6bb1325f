/** The worker in which regions of RISC-V code are made. */

import { RegionMaker } from "../engine/region/compile.ts";
import { serveCompiler } from "../host/browser/worker-compiler.ts";
import { riscv } from "../isa/riscv/instruction-set.ts";

const maker = new RegionMaker(riscv);
serveCompiler((job) => maker.make(job));
