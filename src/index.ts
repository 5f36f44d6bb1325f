/**
 * Strata as a library.
 *
 * `Machine` is a whole machine that knows no host; the rest joins one to Node.js: what to boot, what time it is,
 * and who runs it.
 */

export { InputError } from "./base/errors.ts";
export type { FilePorts, OpenFile } from "./boards/pmachine/file-ports.ts";
export {
  PMachine,
  type PMachineOptions,
  translateImage,
} from "./boards/pmachine/machine.ts";
export type { Ending as ProgramEnding } from "./boards/pmachine/program-host.ts";
export type { ProgramImage } from "./boards/pmachine/program-image.ts";
export { runTranslated } from "./boards/pmachine/run-translated.ts";
export { packTranslated, unpackTranslated } from "./boards/pmachine/translated-file.ts";
export type { GuestFiles } from "./boards/virt/loader.ts";
export type { MachineConsolePort, MachineEvent, MachineOptions, RunStatus } from "./boards/virt/machine.ts";
export { Machine } from "./boards/virt/machine.ts";
export { TICKS_PER_SECOND } from "./boards/virt/memory-map.ts";
export { type GuestRequest, guestImage } from "./cli/guest-image.ts";
export { regionCompiler } from "./cli/region-compiler.ts";
export { type CompileOptions, compilePascal } from "./compile-pascal.ts";
export type { Technique } from "./engine/technique.ts";
export { readPco, writePco } from "./formats/pco.ts";
export { BlockFile } from "./host/node/block-file.ts";
export { hostClock, hostEntropy, hostTicks } from "./host/node/machine-ports.ts";
export { PascalFiles } from "./host/node/pascal-files.ts";
export { SharedDirectory } from "./host/node/shared-directory.ts";
export { type Ending, RunLoop, type RunLoopOptions, type Runnable } from "./host/shared/run-loop.ts";
export { CompileError } from "./language/pascal/diagnostics.ts";
export type { Entropy, WallClock } from "./machine/device.ts";
export { FuseFileServer } from "./machine/fuse/fuse-file-server.ts";
export type { BlockBackend } from "./machine/virtio/block/virtio-block.ts";

import { compileOptimized } from "./host/node/wasm-flags.ts";

compileOptimized();
