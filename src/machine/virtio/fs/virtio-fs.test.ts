import { describe, expect, it } from "vitest";
import { fromUtf8, utf8 } from "../../../base/bytes.ts";
import { TestDriver } from "../testing/driver.ts";
import { VirtioFs } from "./virtio-fs.ts";

function setUp() {
  const requests: { text: string; capacity: number }[] = [];
  const server = {
    handle: (request: Uint8Array, capacity: number) => {
      const text = fromUtf8(request);
      requests.push({ text, capacity });
      return text === "forget" ? undefined : utf8(`re: ${text}`);
    },
  };
  const fs = new VirtioFs({ tag: "root", server });
  const driver = new TestDriver(fs);
  driver.start();
  return { fs, driver, requests, server };
}

describe("VirtioFs", () => {
  it("has a tag and one request queue", () => {
    const { driver } = setUp();
    expect([driver.read(0x2000, 4), driver.read(0x2004, 4), driver.read(0x2024, 4)]).toEqual([
      0x746f_6f72, 0, 1,
    ]);
  });

  it("carries requests and replies", () => {
    const { driver, requests } = setUp();
    const returned = driver.request(1, [utf8("look"), utf8("up")], [3, 40]);
    expect(fromUtf8(returned?.bytes ?? new Uint8Array(0))).toBe("re: lookup");
    expect(driver.request(0, [utf8("forget")])?.written).toBe(0);
    expect(requests).toEqual([
      { text: "lookup", capacity: 43 },
      { text: "forget", capacity: 0 },
    ]);
  });

  it("drops a reply that does not fit", () => {
    const { fs, driver, server } = setUp();
    expect(driver.request(1, [utf8("stat")], [4])?.written).toBe(0);
    expect(fs.misuse).toBe(1);
    expect(new VirtioFs({ tag: "root", server }, fs.save()).save()).toEqual(fs.save());
  });
});
