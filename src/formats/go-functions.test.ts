import { expect, test } from "vitest";
import type { Elf, Section } from "./elf.ts";
import { goFunctions } from "./go-functions.ts";

interface Table {
  readonly magic?: number;
  readonly pointerBytes?: number;
  readonly count?: number;
  readonly textStart?: number;
  readonly functionTable?: number;
}

/** A table of functions 0x10, 0x50 and 0x80 bytes from the beginning of the code, as Go's linker writes it. */
function pclntab(table: Table = {}): Uint8Array<ArrayBuffer> {
  const { magic = 0xfffffff1, pointerBytes = 8, count = 3, textStart = 0, functionTable = 80 } = table;
  const bytes = new Uint8Array(80 + 3 * 8 + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  bytes[6] = 2;
  bytes[7] = pointerBytes;
  view.setBigUint64(8, BigInt(count), true);
  view.setBigUint64(24, BigInt(textStart), true);
  view.setBigUint64(64, BigInt(functionTable), true);
  for (const [index, offset] of [0x10, 0x50, 0x80].entries()) view.setUint32(80 + index * 8, offset, true);
  return bytes;
}

function program(table: Uint8Array<ArrayBuffer>, name = ".gopclntab"): Pick<Elf, "sections"> {
  const section = (own: string, address: bigint, bytes: Uint8Array<ArrayBuffer>): Section => {
    return { name: own, type: 1, flags: 0n, address, link: 0, bytes };
  };
  return { sections: [section(".text", 0x11000n, new Uint8Array(0x200)), section(name, 0x50000n, table)] };
}

test("functions are counted from the code where the header does not say from where", () => {
  expect(goFunctions(program(pclntab()))).toEqual([0x11010, 0x11050, 0x11080]);
});

test("and from where it says", () => {
  expect(goFunctions(program(pclntab({ textStart: 0x20000 })))).toEqual([0x20010, 0x20050, 0x20080]);
});

test("a program without such a table has none", () => {
  expect(goFunctions(program(pclntab(), ".rodata"))).toEqual([]);
});

test.each<[string, Table]>([
  ["an older form", { magic: 0xfffffff0 }],
  ["another size of pointers", { pointerBytes: 4 }],
  ["functions outside the table", { functionTable: 0x7fff_ffff_ffff }],
])("a table of %s has none", (_, table) => {
  expect(goFunctions(program(pclntab(table)))).toEqual([]);
});

test("no more are found than the table has room for", () => {
  expect(goFunctions(program(pclntab({ count: 2 ** 40 })))).toHaveLength(3);
  expect(goFunctions(program(pclntab().slice(0, 40)))).toEqual([]);
});
