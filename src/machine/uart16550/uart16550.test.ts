import { describe, expect, it } from "vitest";
import { concatBytes, fromUtf8, utf8 } from "../../base/bytes.ts";
import { Wire } from "../testing/ports.ts";
import { INPUT_LIMIT } from "./receiver.ts";
import { IER, IIR_FCR, LCR, LSR, MCR, MSR, RBR_THR, SCR } from "./registers.ts";
import { Uart16550 } from "./uart16550.ts";

function setUp() {
  const line = new Wire();
  const sent: Uint8Array[] = [];
  const uart = new Uart16550({ line, output: (bytes) => sent.push(bytes) });
  const drain = () => {
    let text = "";
    while (uart.read(LSR, 1) & 1) text += String.fromCharCode(uart.read(RBR_THR, 1));
    return text;
  };
  return { line, uart, drain, output: () => fromUtf8(concatBytes(sent)) };
}

describe("Uart16550", () => {
  it("is detected as a 16550A by Linux's probing", () => {
    const { uart } = setUp();
    uart.write(IER, 1, 0);
    expect(uart.read(IER, 1)).toBe(0);
    uart.write(IER, 1, 0xff);
    expect(uart.read(IER, 1)).toBe(0x0f);
    uart.write(IER, 1, 0);
    uart.write(MCR, 1, 0x1a);
    expect(uart.read(MSR, 1) & 0xf0).toBe(0x90);
    uart.write(MCR, 1, 0);
    uart.write(IIR_FCR, 1, 1);
    expect(uart.read(IIR_FCR, 1) >> 6).toBe(3);
    uart.write(SCR, 1, 0x5a);
    expect(uart.read(SCR, 1)).toBe(0x5a);
  });

  it("sends what the guest writes, and not the divisor", () => {
    const { uart, output } = setUp();
    uart.write(LCR, 1, 0x83);
    uart.write(RBR_THR, 1, 1);
    uart.write(IER, 1, 2);
    expect([uart.read(RBR_THR, 1), uart.read(IER, 1)]).toEqual([1, 2]);
    uart.write(LCR, 1, 3);
    for (const byte of utf8("ok")) uart.write(RBR_THR, 1, byte);
    expect(output()).toBe("ok");
    expect(uart.read(LSR, 1)).toBe(0x60);
  });

  it("interrupts when the transmitter is empty, until IIR is read", () => {
    const { uart, line } = setUp();
    uart.write(IER, 1, 2);
    expect(line.raised).toBe(true);
    expect(uart.read(IIR_FCR, 1) & 0xf).toBe(2);
    expect(line.raised).toBe(false);
    uart.write(RBR_THR, 1, 65);
    expect(line.raised).toBe(true);
  });

  it("interrupts for input: timeout below the trigger level, data above", () => {
    const { uart, line, drain } = setUp();
    uart.write(IIR_FCR, 1, 0x81);
    uart.write(IER, 1, 1);
    uart.receive(utf8("abc"));
    expect(line.raised).toBe(true);
    expect(uart.read(IIR_FCR, 1)).toBe(0xcc);
    uart.receive(utf8("defgh"));
    expect(uart.read(IIR_FCR, 1)).toBe(0xc4);
    expect(drain()).toBe("abcdefgh");
    expect(line.raised).toBe(false);
  });

  it("loses no input to a driver that starts and clears its FIFO", () => {
    const { uart, drain } = setUp();
    uart.receive(utf8("x".repeat(40)));
    for (let i = 0; i < 5; i++) uart.read(LSR, 1);
    uart.write(IIR_FCR, 1, 7);
    uart.read(LSR, 1);
    expect(uart.read(RBR_THR, 1)).toBe(0);
    uart.write(IER, 1, 1);
    expect(drain()).toHaveLength(40);
  });

  it("serves a guest that polls", () => {
    const { uart } = setUp();
    uart.receive(utf8("!"));
    const polls = [uart.read(LSR, 1) & 1, uart.read(LSR, 1) & 1];
    expect(polls).toEqual([0, 1]);
    expect(uart.read(RBR_THR, 1)).toBe(33);
  });

  it("loops back, and reports an overrun", () => {
    const { uart, output, line } = setUp();
    uart.write(IIR_FCR, 1, 1);
    uart.write(MCR, 1, 0x10);
    uart.write(IER, 1, 4);
    for (let i = 0; i < 17; i++) uart.write(RBR_THR, 1, i);
    expect(line.raised).toBe(true);
    expect(uart.read(LSR, 1)).toBe(0x63);
    expect(uart.read(LSR, 1)).toBe(0x61);
    expect(uart.read(RBR_THR, 1)).toBe(0);
    expect(uart.read(RBR_THR, 1)).toBe(1);
    expect(output()).toBe("");
  });

  it("reports modem lines that changed", () => {
    const { uart, line } = setUp();
    uart.write(IER, 1, 8);
    uart.write(MCR, 1, 0x14);
    expect(line.raised).toBe(true);
    expect(uart.read(MSR, 1)).toBe(0x4b);
    uart.write(MCR, 1, 0x10);
    expect(uart.read(MSR, 1)).toBe(0x04);
    expect(line.raised).toBe(false);
  });

  it("bounds waiting input and says when there is room", () => {
    const line = new Wire();
    let rooms = 0;
    const uart = new Uart16550({ line, output: () => {}, room: () => rooms++ });
    expect(uart.receive(new Uint8Array(INPUT_LIMIT + 1))).toBe(INPUT_LIMIT);
    uart.write(IER, 1, 1);
    for (let i = 0; i < INPUT_LIMIT; i++) uart.read(RBR_THR, 1);
    expect(rooms).toBe(1);
  });

  it("restores what it saved", () => {
    const { uart } = setUp();
    uart.receive(utf8("input"));
    for (const [offset, value] of [
      [IIR_FCR, 0x41],
      [LCR, 3],
      [MCR, 0xb],
      [SCR, 9],
      [IER, 3],
    ] as const) {
      uart.write(offset, 1, value);
    }
    const saved = JSON.parse(JSON.stringify(uart.save()));
    const line = new Wire();
    const copy = new Uart16550({ line, output: () => {} }, saved);
    expect(copy.save()).toEqual(uart.save());
    expect(line.raised).toBe(true);
    expect(copy.read(RBR_THR, 1)).toBe(uart.read(RBR_THR, 1));
  });
});
