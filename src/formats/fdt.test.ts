import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { utf8, viewOf } from "../base/bytes.ts";
import { encodeFdt, encodeFdtValue, type FdtNode } from "./fdt.ts";
import { decodeFdt, type FdtReadNode } from "./fdt-reader.ts";

const tree: FdtNode = {
  name: "",
  properties: { "#address-cells": 2, "#size-cells": 2, compatible: ["riscv-virtio", "strata,virt"] },
  children: [
    { name: "memory@80000000", properties: { device_type: "memory", reg: [0x8000_0000n, 0x800_0000n] } },
    {
      name: "soc",
      properties: { "#address-cells": 2, "#size-cells": 2, ranges: true },
      children: [
        { name: "plic@c000000", properties: { phandle: 3, reg: [0, 0xc00_0000, 0, 0x60_0000] } },
        { name: "uart@10000000", properties: { "interrupt-parent": 3, raw: Uint8Array.of(1, 2, 3) } },
      ],
    },
  ],
};

/** The same tree with its values encoded. */
function encoded(node: FdtNode): FdtReadNode {
  const properties = Object.entries(node.properties ?? {}).map(([name, value]) => {
    return [name, new Uint8Array(encodeFdtValue(value))] as const;
  });
  return {
    name: node.name,
    properties: Object.fromEntries(properties),
    children: (node.children ?? []).map(encoded),
  };
}

describe("encodeFdt", () => {
  it("has a header that describes its blocks", () => {
    const bytes = encodeFdt(tree);
    const words = Array.from({ length: 10 }, (_, i) => viewOf(bytes).getUint32(4 * i));
    const [
      magic,
      size,
      structure = 0,
      strings = 0,
      reserved,
      version,
      compatible,
      boot,
      names = 0,
      length = 0,
    ] = words;
    expect([magic, size, version, compatible, boot]).toEqual([0xd00d_feed, bytes.length, 17, 16, 0]);
    expect([reserved, structure, strings, strings + names]).toEqual([40, 56, 56 + length, bytes.length]);
    expect(viewOf(bytes).getUint32(strings - 4)).toBe(9);
  });

  it("encodes every kind of value", () => {
    const bytes = (value: Parameters<typeof encodeFdtValue>[0]) => [...encodeFdtValue(value)];
    expect(bytes(true)).toEqual([]);
    expect(bytes(0x1234_5678)).toEqual([0x12, 0x34, 0x56, 0x78]);
    expect(bytes([1, 2n])).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(bytes("ab")).toEqual([...utf8("ab\0")]);
    expect(bytes(["a", "b"])).toEqual([...utf8("a\0b\0")]);
  });

  it("is read back as it was written", () => {
    const reservations = [{ address: 0x8000_0000n, size: 0x2_0000n }];
    const read = decodeFdt(encodeFdt(tree, { reservations, bootCpu: 2 }));
    expect(read).toEqual({ root: encoded(tree), reservations, bootCpu: 2 });
  });

  it.skipIf(spawnSync("dtc", ["-v"]).status !== 0)("is accepted by dtc", () => {
    const run = spawnSync("dtc", ["-I", "dtb", "-O", "dts"], { input: encodeFdt(tree) });
    expect(run.stdout.toString()).toContain("reg = <0x00 0xc000000 0x00 0x600000>;");
    expect(run.status).toBe(0);
  });
});

describe("decodeFdt", () => {
  it("says what is wrong", () => {
    const bytes = encodeFdt(tree);
    expect(() => decodeFdt(bytes.subarray(0, 20))).toThrow("4 bytes are missing");
    expect(() => decodeFdt(new Uint8Array(64))).toThrow("the magic number is 0x0, not 0xd00dfeed");
    expect(() => decodeFdt(bytes.subarray(0, 100))).toThrow("it should have");
  });

  it("fails on damaged trees with FdtError and nothing else", () => {
    const bytes = encodeFdt(tree);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = bytes.slice();
      damaged[i] = 0xff;
      try {
        decodeFdt(damaged);
      } catch (error) {
        expect(error).toHaveProperty("name", "FdtError");
      }
    }
  });
});
