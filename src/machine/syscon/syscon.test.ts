import { expect, it } from "vitest";
import { Syscon, type SysconEvent } from "./syscon.ts";

it("passes on what the guest asks for", () => {
  const events: SysconEvent[] = [];
  const syscon = new Syscon({ event: (event) => events.push(event) });
  syscon.write(0, 4, 0x5555);
  syscon.write(0, 4, 0x0007_3333);
  syscon.write(0, 2, 0x7777);
  syscon.write(4, 4, 0x5555);
  syscon.write(0, 4, 0x1234);
  syscon.write(0, 1, 0x55);
  expect(events).toEqual([
    { kind: "power-off", code: 0 },
    { kind: "fail", code: 7 },
    { kind: "reset", code: 0 },
  ]);
  expect(syscon.read(0, 4)).toBe(0);
});
