import { expect, test } from "vitest";
import { HeatMap } from "./heat.ts";

const at = (place: number) => ({ place, low: place, high: 0 });
const once = (): number => 1;

test("the hottest of the places that are hot enough is taken first, each once", () => {
  const heat = new HeatMap(100);
  heat.add(at(0x1000), "entered", 150);
  heat.add(at(0x2000), "entered", 250);
  heat.add(at(0x3000), "entered", 99);
  expect(heat.takeHottest(once)?.at.place).toBe(0x2000);
  expect(heat.takeHottest(once)?.at.place).toBe(0x1000);
  expect(heat.takeHottest(once)).toBeUndefined();
  heat.add(at(0x3000), "entered", 1);
  expect(heat.takeHottest(once)?.at.place).toBe(0x3000);
});

test("a place that needs more is asked about again when it has that", () => {
  const heat = new HeatMap(100);
  let asked = 0;
  const four = (): number => {
    asked += 1;
    return 4;
  };
  for (let added = 0; added < 3; added++) {
    heat.add(at(0x1000), "entered", 100);
    expect(heat.takeHottest(four)).toBeUndefined();
  }
  expect(asked).toBe(1);
  heat.add(at(0x1000), "entered", 100);
  expect(heat.takeHottest(four)?.at.place).toBe(0x1000);
});

test("a place that cannot be made now is asked about again when it has grown by the threshold", () => {
  const heat = new HeatMap(100);
  heat.add(at(0x1000), "entered", 100);
  expect(heat.takeHottest(() => Number.POSITIVE_INFINITY)).toBeUndefined();
  heat.add(at(0x1000), "entered", 50);
  expect(heat.takeHottest(once)).toBeUndefined();
  heat.add(at(0x1000), "entered", 50);
  expect(heat.takeHottest(once)?.heat).toBe(200);
});

test("places seen near to one another count together; those that regions leave for do not", () => {
  const heat = new HeatMap(100);
  heat.add(at(0x1000), "near", 60);
  heat.add(at(0x1004), "entered", 60);
  expect(heat.takeHottest(once)).toBeUndefined();
  heat.add(at(0x1008), "near", 60);
  expect(heat.takeHottest(once)?.at.place).toBe(0x1008);
});

test("what is met seldom stays cold", () => {
  const heat = new HeatMap(100);
  for (let round = 0; round < 10; round++) {
    heat.add(at(0x1000), "entered", 60);
    heat.fade();
    heat.fade();
  }
  expect(heat.takeHottest(once)).toBeUndefined();
});

test("a place is hot for each reason by itself", () => {
  const heat = new HeatMap(100);
  heat.add(at(0x1000), "entered", 60);
  heat.add(at(0x1000), "left", 60);
  expect(heat.takeHottest(once)).toBeUndefined();
  heat.add(at(0x1000), "left", 60);
  expect(heat.takeHottest(once)).toMatchObject({ heating: "left", heat: 120 });
  expect(heat.takeHottest(once)).toBeUndefined();
});
