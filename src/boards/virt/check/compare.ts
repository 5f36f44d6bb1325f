/** What differs between two machines. */

import { hex } from "../../../base/bits.ts";
import { viewOf } from "../../../base/bytes.ts";
import { type Difference, stateDifferences } from "../../../isa/riscv/state-difference.ts";
import type { Machine } from "../machine.ts";
import { Base } from "../memory-map.ts";

/** Words of memory that are told of. */
const MOST_WORDS = 4;

/** Registers, of all harts. */
export function registerDifferences(first: Machine, second: Machine): Difference[] {
  const { harts } = second.parts;
  const found = first.parts.harts.flatMap((hart, id) => {
    const other = harts[id];
    const own = other ? stateDifferences(hart.memory, other.memory) : [];
    return own.map(({ name, values }) => ({
      name: harts.length > 1 ? `${name} of hart ${id}` : name,
      values,
    }));
  });
  if (first.steps === second.steps) return found;
  return [...found, { name: "the count of steps", values: [BigInt(first.steps), BigInt(second.steps)] }];
}

/** Registers, memory, devices. */
export function allDifferences(first: Machine, second: Machine): Difference[] {
  return [
    ...registerDifferences(first, second),
    ...memoryDifferences(first.parts.ram, second.parts.ram),
    ...deviceDifferences(first, second),
  ];
}

function memoryDifferences(first: Uint8Array, second: Uint8Array): Difference[] {
  const found: Difference[] = [];
  const words = first.length / 4;
  const [one, other] = [first, second].map((ram) => new Int32Array(ram.buffer, ram.byteOffset, words));
  const [oneView, otherView] = [viewOf(first), viewOf(second)];
  if (!one || !other) return found;
  for (let word = 0; word < words; word++) {
    if (one[word] === other[word]) continue;
    const offset = 4 * (word & ~1);
    const values = [oneView.getBigUint64(offset, true), otherView.getBigUint64(offset, true)] as const;
    const address = Base.ram + offset;
    found.push({ name: `memory at physical address ${hex(address)}`, values, address });
    if (found.length === MOST_WORDS) break;
    word |= 1;
  }
  return found;
}

/** Devices have no values that are easily told: which part of which, is. */
function deviceDifferences(first: Machine, second: Machine): Difference[] {
  const paths: string[] = [];
  const compare = (path: string, one: unknown, other: unknown): void => {
    if (JSON.stringify(one) === JSON.stringify(other)) return;
    if (typeof one !== "object" || typeof other !== "object" || !one || !other) {
      paths.push(`${path}: ${JSON.stringify(one)} or ${JSON.stringify(other)}`);
      return;
    }
    const entries = other as Record<string, unknown>;
    for (const [key, value] of Object.entries(one)) compare(`${path}.${key}`, value, entries[key]);
  };
  compare("device", first.parts.devices.save(), second.parts.devices.save());
  return paths.map((name) => ({ name, values: [0n, 0n] }));
}
