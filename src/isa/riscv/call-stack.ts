/**
 * The return addresses on a hart's stack, as far as frame pointers lead (RISC-V ELF psABI, "Frame Pointer Convention": the
 * return address at fp - 8, the caller's fp at fp - 16). Code without frame pointers has none, or a few wrong ones.
 */

import type { Hart } from "./hart.ts";
import { Access } from "./pmp.ts";

const FP = 8;
const MOST_FRAMES = 48;
/** A frame further away is no frame of this stack. */
const LARGEST_FRAME = 0x10000n;

/** From the innermost call outwards; nothing in the guest changes by it. */
export function returnAddresses(hart: Hart): bigint[] {
  const found: bigint[] = [];
  for (let fp = hart.getX(FP); found.length < MOST_FRAMES && fp % 8n === 0n && fp >= 16n; ) {
    const address = readLong(hart, fp - 8n);
    const caller = readLong(hart, fp - 16n);
    if (!address || caller === undefined) break;
    found.push(address);
    if (caller <= fp || caller - fp > LARGEST_FRAME) break;
    fp = caller;
  }
  return found;
}

function readLong({ memory, mmu }: Hart, address: bigint): bigint | undefined {
  const [low, high] = [Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n))];
  const host = memory.hostAddress(mmu.peek(low, high, 8, mmu.dataPrivilege(), Access.read), 8);
  return host < 0 ? undefined : memory.view.getBigUint64(host, true);
}
