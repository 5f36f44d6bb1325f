import { beforeEach, describe, expect, it } from "vitest";
import { fromUtf8, utf8, viewOf } from "../../../base/bytes.ts";
import { TestDriver } from "../testing/driver.ts";
import { INPUT_LIMIT } from "./console-port.ts";
import { decodeMessage, encodeMessage } from "./messages.ts";
import { VirtioConsole } from "./virtio-console.ts";

const RECEIVE = 4;
const TRANSMIT = 5;

describe("VirtioConsole", () => {
  let log: string[];
  let device: VirtioConsole;
  let driver: TestDriver;

  const port = (name: string) => ({
    name,
    output: (bytes: Uint8Array) => log.push(`${name}: ${fromUtf8(bytes)}`),
    opened: (open: boolean) => log.push(`${name} ${open ? "opened" : "closed"}`),
    room: () => log.push(`${name} has room`),
  });
  const ports = () => [port("tty"), port("strata.stdin")];
  const tell = (id: number, event: number, value = 1) =>
    driver.request(3, [encodeMessage({ port: id, event, value })]);
  const provide = (queue: number, count: number, size: number) => {
    for (let i = 0; i < count; i++) driver.add(queue, [], [size]);
    driver.kick(queue);
  };
  const heard = () =>
    driver.returned(2).map(({ bytes }) => {
      const { port: id, event, value } = decodeMessage(bytes) ?? { port: -1, event: -1, value: -1 };
      return [id, event, value, fromUtf8(bytes.subarray(8))].join(" ");
    });
  const received = (queue: number) => driver.returned(queue).map(({ bytes }) => fromUtf8(bytes));

  /** Brings up both ports as Linux does. */
  const start = () => {
    driver.start();
    provide(2, 16, 64);
    tell(0, 0);
    tell(0, 3);
    tell(1, 3);
    tell(0, 6);
  };

  beforeEach(() => {
    log = [];
    device = new VirtioConsole({ ports: ports() });
    driver = new TestDriver(device);
  });

  it("introduces its ports", () => {
    device.resize(80, 24);
    start();
    expect(heard()).toEqual([
      "0 1 1 ",
      "1 1 1 ",
      "0 4 1 ",
      "0 5 0 \x18\0P\0",
      "0 7 1 tty",
      "0 6 1 ",
      "1 7 1 strata.stdin",
      "1 6 1 ",
    ]);
    expect([driver.read(0x2000, 4), driver.read(0x2004, 4)]).toEqual([(24 << 16) | 80, 2]);
  });

  it("passes output on", () => {
    start();
    driver.request(1, [utf8("login"), utf8(": ")]);
    driver.request(TRANSMIT, [utf8("data")]);
    expect(log).toEqual(["tty opened", "tty: login", "tty: : ", "strata.stdin: data"]);
  });

  it("delivers input when the guest has opened the port and has buffers", () => {
    start();
    provide(RECEIVE, 2, 4);
    expect(device.input(1, utf8("early!"))).toBe(6);
    expect(received(RECEIVE)).toEqual([]);
    tell(1, 6);
    expect(received(RECEIVE)).toEqual(["earl", "y!"]);
    device.input(1, utf8("more"));
    provide(RECEIVE, 1, 8);
    expect(received(RECEIVE)).toEqual(["more"]);
    expect(device.isOpen(1)).toBe(true);
    tell(1, 6, 0);
    expect(device.isOpen(1)).toBe(false);
  });

  it("ends a port behind its input", () => {
    start();
    heard();
    device.input(1, utf8("last words"));
    device.end(1);
    expect(device.input(1, utf8("too late"))).toBe(0);
    tell(1, 6);
    provide(RECEIVE, 1, 5);
    expect([received(RECEIVE), heard()]).toEqual([["last "], []]);
    provide(RECEIVE, 1, 5);
    expect([received(RECEIVE), heard()]).toEqual([["words"], ["1 6 0 "]]);
  });

  it("does not open a port that ended before the guest came", () => {
    device.end(1);
    start();
    expect(heard().filter((message) => message.startsWith("1 6"))).toEqual([]);
  });

  it("accepts input as far as there is room, and asks for more", () => {
    start();
    tell(1, 6);
    expect(device.input(1, new Uint8Array(INPUT_LIMIT + 10))).toBe(INPUT_LIMIT);
    for (let i = 0; i < 6; i++) provide(RECEIVE, 1, 0x8000);
    expect(log.filter((line) => line.includes("room"))).toEqual(["strata.stdin has room"]);
    provide(RECEIVE, 3, 0x8000);
    expect(device.input(1, new Uint8Array(INPUT_LIMIT + 10))).toBe(INPUT_LIMIT + 10);
  });

  it("tells of a resize, in either order", () => {
    start();
    heard();
    device.resize(132, 43);
    expect(heard()).toEqual(["0 5 0 +\0\ufffd\0"]);
    device = new VirtioConsole({ ports: ports(), resizeOrder: "columns-first" });
    driver = new TestDriver(device);
    start();
    heard();
    device.resize(100, 43);
    expect(heard()).toEqual(["0 5 0 d\0+\0"]);
  });

  it("works as one plain console without MULTIPORT", () => {
    driver.start(2n);
    provide(0, 1, 16);
    device.input(0, utf8("ls\n"));
    driver.request(1, [utf8("$ ")]);
    expect([received(0), log]).toEqual([["ls\n"], ["tty: $ "]]);
  });

  it("bounds what it says to a driver that does not listen", () => {
    driver.start();
    for (let i = 0; i < 1000; i++) tell(0, 0);
    expect(device.save().messages).toHaveLength(24);
    tell(7, 3);
    tell(0, 99);
    driver.request(3, [utf8("short")]);
    expect(device.misuse).toBe(1976 + 3);
  });

  it("starts over with the driver", () => {
    start();
    device.input(1, utf8("kept"));
    driver.memory.bytes.fill(0);
    start();
    tell(1, 6);
    provide(RECEIVE, 1, 8);
    expect(received(RECEIVE)).toEqual(["kept"]);
    expect(log).toEqual(["tty opened", "tty closed", "tty opened", "strata.stdin opened"]);
  });

  it("restores what it saved", () => {
    device.resize(80, 25);
    driver.start();
    tell(0, 0);
    tell(0, 3);
    tell(0, 6);
    device.input(1, utf8("waiting"));
    device.end(1);
    const saved = JSON.parse(JSON.stringify(device.save()));
    const copy = new VirtioConsole({ ports: ports() }, saved);
    expect(copy.save()).toEqual(device.save());
    expect(viewOf(copy.config).getUint16(0, true)).toBe(80);
  });
});
