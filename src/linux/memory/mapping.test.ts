import { expect, test } from "vitest";
import { type Mapping, MappingList } from "./mapping.ts";

const mapping = (start: number, end: number, protection = 3): Mapping => ({
  start,
  end,
  protection,
  shared: false,
  mostProtection: 7,
  source: undefined,
  offset: 0,
  name: "",
});

const shape = (list: MappingList): string =>
  list.all.map(({ start, end, protection }) => `${start}-${end}:${protection}`).join(" ");

test("neighbours that are alike are one mapping", () => {
  const list = new MappingList();
  list.insert(mapping(10, 20));
  list.insert(mapping(30, 40));
  list.insert(mapping(20, 30));
  expect(shape(list)).toBe("10-40:3");
});

test("a part is changed, or taken out, and the rest stays", () => {
  const list = new MappingList();
  list.insert(mapping(10, 40));
  list.replace(20, 30, (part) => ({ ...part, protection: 1 }));
  expect(shape(list)).toBe("10-20:3 20-30:1 30-40:3");
  list.replace(20, 30, (part) => ({ ...part, protection: 3 }));
  expect(shape(list)).toBe("10-40:3");
  list.replace(0, 15, () => undefined);
  list.replace(35, 100, () => undefined);
  expect(shape(list)).toBe("15-35:3");
});

test("addresses are found, and gaps", () => {
  const list = new MappingList();
  list.insert(mapping(10, 20));
  list.insert(mapping(40, 50));
  expect([9, 10, 19, 20, 45, 50].map((at) => list.find(at)?.start)).toEqual([
    undefined,
    10,
    10,
    undefined,
    40,
    undefined,
  ]);
  expect(list.covers(12, 18)).toBe(true);
  expect(list.covers(12, 21)).toBe(false);
  expect(list.highestGap(10, 0, 60)).toBe(50);
  expect(list.highestGap(15, 0, 60)).toBe(25);
  expect(list.highestGap(30, 0, 60)).toBeUndefined();
});
