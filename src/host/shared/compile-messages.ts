/** What a machine's thread and the one that makes its regions say to each other. */

import type { MadeRegions, RegionJob } from "../../engine/region/compile.ts";

export interface CompileRequest {
  readonly id: number;
  readonly job: RegionJob;
}
export interface CompileAnswer {
  readonly id: number;
  readonly made: MadeRegions | undefined;
}
