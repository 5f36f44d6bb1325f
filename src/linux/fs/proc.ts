import type { Kernel } from "../kernel/kernel.ts";
import { SpecialDirectory } from "./special-node.ts";
export function procDirectory(_kernel: Kernel): SpecialDirectory {
  return new SpecialDirectory(() => new Map());
}
