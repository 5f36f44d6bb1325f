/** The thread on which regions of RISC-V code are made: see WorkerCompiler. How V8 compiles is set for the whole process. */

import { type MessagePort, workerData } from "node:worker_threads";
import { RegionMaker } from "../engine/region/compile.ts";
import { waitForOthers } from "../host/node/thread-priority.ts";
import { serveCompiler } from "../host/node/worker-compiler.ts";
import { riscv } from "../isa/riscv/instruction-set.ts";

waitForOthers();
const maker = new RegionMaker(riscv);
serveCompiler(workerData as MessagePort, (job) => maker.make(job));
