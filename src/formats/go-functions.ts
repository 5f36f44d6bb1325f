/**
 * Where functions begin in programs that Go's linker made. These have a table of all their functions for the runtime, also
 * where no symbols are left (Go, src/internal/abi/symtab.go and src/runtime/symtab.go, pcHeader and functab).
 */

import { viewOf } from "../base/bytes.ts";
import type { Elf } from "./elf.ts";

/** Since Go 1.20. Entries are distances from the beginning of the code since then. */
const PCLNTAB_MAGIC = 0xfffffff1;
const POINTER_BYTES = 8;
/** Fields of pcHeader. */
const Header = { pointerBytes: 7, functions: 8, textStart: 24, functionTable: 64, bytes: 72 } as const;
/** An entry of functab: where a function begins, and where its description is. */
const ENTRY_BYTES = 8;

/** Addresses of functions; none where the program is not Go's, or its table is not in a form that is known. */
export function goFunctions({ sections }: Pick<Elf, "sections">): number[] {
  const table = sections.find(({ name }) => name === ".gopclntab")?.bytes;
  if (!table || table.length < Header.bytes) return [];
  const view = viewOf(table);
  const word = (offset: number) => Number(view.getBigUint64(offset, true));
  if (view.getUint32(0, true) !== PCLNTAB_MAGIC || table[Header.pointerBytes] !== POINTER_BYTES) return [];
  // Since Go 1.26 the header does not say where the code begins.
  const text = Number(sections.find(({ name }) => name === ".text")?.address ?? 0n);
  const start = word(Header.textStart) || text;
  const first = word(Header.functionTable);
  const count = Math.min(word(Header.functions), Math.floor((table.length - first) / ENTRY_BYTES));
  return Array.from(
    { length: Math.max(count, 0) },
    (_, index) => start + view.getUint32(first + index * ENTRY_BYTES, true),
  );
}
