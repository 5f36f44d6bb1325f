/** The device tree of the `virt` board, made for the machine that is there. Devicetree Specification 0.4. */

import { encodeFdt, type FdtNode } from "../../formats/fdt.ts";
import { ACLINT_SIZE } from "../../machine/aclint/aclint.ts";
import { GOLDFISH_RTC_SIZE } from "../../machine/goldfish-rtc/goldfish-rtc.ts";
import { ECAM_SIZE, PCI_PINS, wireOf } from "../../machine/pci/pci-host.ts";
import { PLIC_SIZE, PLIC_SOURCES } from "../../machine/plic/plic.ts";
import { SYSCON_SIZE } from "../../machine/syscon/syscon.ts";
import { Base, Irq, PCI_WINDOW_SIZE, TICKS_PER_SECOND, UART_SIZE } from "./memory-map.ts";

export interface TreeOptions {
  readonly memoryBytes: number;
  readonly harts: number;
  readonly commandLine: string;
  /** Guest-physical place of the initial file system. */
  readonly initrd?: { readonly start: number; readonly end: number };
  readonly randomSeed: Uint8Array;
}

const ISA = "rv64imafdc_zicntr_zicsr_zifencei_zba_zbb_zbs_sstc";
const ISA_EXTENSIONS = "i m a f d c zicntr zicsr zifencei zba zbb zbs sstc".split(" ");

const PLIC = 1;
const TEST = 2;
const cpu = (hart: number): number => 0x100 + hart;
const cpuInterrupts = (hart: number): number => 0x200 + hart;

/** mip's bit numbers, as the interrupt controllers name their outputs. */
const MachineIrq = { software: 3, timer: 7, external: 11 } as const;
const SUPERVISOR_EXTERNAL = 9;

/** One address or size of two cells. */
const long = (value: number): bigint => BigInt(value);
const region = (base: number, size: number): bigint[] => [long(base), long(size)];

function cpuNode(hart: number): FdtNode {
  return {
    name: `cpu@${hart.toString(16)}`,
    properties: {
      device_type: "cpu",
      reg: hart,
      status: "okay",
      compatible: "riscv",
      "riscv,isa": ISA,
      "riscv,isa-base": "rv64i",
      "riscv,isa-extensions": ISA_EXTENSIONS,
      "mmu-type": "riscv,sv57",
      phandle: cpu(hart),
    },
    children: [
      {
        name: "interrupt-controller",
        properties: {
          "#interrupt-cells": 1,
          "interrupt-controller": true,
          compatible: "riscv,cpu-intc",
          phandle: cpuInterrupts(hart),
        },
      },
    ],
  };
}

function hartIndices(count: number): number[] {
  return Array.from({ length: count }, (_, hart) => hart);
}

/** How the pins of four slots reach the PLIC; slots further on repeat the pattern. */
function interruptMap(): number[] {
  const rows: number[] = [];
  for (let slot = 0; slot < PCI_PINS; slot++) {
    for (let pin = 1; pin <= PCI_PINS; pin++) {
      rows.push(slot << 11, 0, 0, pin, PLIC, Irq.pci + wireOf(slot, pin));
    }
  }
  return rows;
}

function pciNode(): FdtNode {
  const MEMORY_32 = 0x0200_0000;
  return {
    name: `pci@${Base.ecam.toString(16)}`,
    properties: {
      compatible: "pci-host-ecam-generic",
      device_type: "pci",
      "#address-cells": 3,
      "#size-cells": 2,
      "#interrupt-cells": 1,
      "bus-range": [0, 0],
      "linux,pci-domain": 0,
      "dma-coherent": true,
      reg: region(Base.ecam, ECAM_SIZE),
      ranges: [MEMORY_32, long(Base.pciWindow), long(Base.pciWindow), long(PCI_WINDOW_SIZE)],
      "interrupt-map-mask": [0x1800, 0, 0, 7],
      "interrupt-map": interruptMap(),
    },
  };
}

function socNodes(harts: number): FdtNode[] {
  const contexts = hartIndices(harts).flatMap((hart) => [
    cpuInterrupts(hart),
    MachineIrq.external,
    cpuInterrupts(hart),
    SUPERVISOR_EXTERNAL,
  ]);
  const timers = hartIndices(harts).flatMap((hart) => [
    cpuInterrupts(hart),
    MachineIrq.software,
    cpuInterrupts(hart),
    MachineIrq.timer,
  ]);
  return [
    {
      name: `test@${Base.test.toString(16)}`,
      properties: {
        compatible: ["sifive,test1", "sifive,test0", "syscon"],
        reg: region(Base.test, SYSCON_SIZE),
        phandle: TEST,
      },
    },
    {
      name: `rtc@${Base.rtc.toString(16)}`,
      properties: {
        compatible: "google,goldfish-rtc",
        reg: region(Base.rtc, GOLDFISH_RTC_SIZE),
        interrupts: Irq.rtc,
        "interrupt-parent": PLIC,
      },
    },
    {
      name: `clint@${Base.aclint.toString(16)}`,
      properties: {
        compatible: ["sifive,clint0", "riscv,clint0"],
        reg: region(Base.aclint, ACLINT_SIZE),
        "interrupts-extended": timers,
      },
    },
    {
      name: `plic@${Base.plic.toString(16)}`,
      properties: {
        compatible: ["sifive,plic-1.0.0", "riscv,plic0"],
        reg: region(Base.plic, PLIC_SIZE),
        "#interrupt-cells": 1,
        "#address-cells": 0,
        "interrupt-controller": true,
        "interrupts-extended": contexts,
        "riscv,ndev": PLIC_SOURCES - 1,
        phandle: PLIC,
      },
    },
    {
      name: `serial@${Base.uart.toString(16)}`,
      properties: {
        compatible: "ns16550a",
        reg: region(Base.uart, UART_SIZE),
        interrupts: Irq.uart,
        "interrupt-parent": PLIC,
        "clock-frequency": 3_686_400,
      },
    },
    pciNode(),
  ];
}

/** The flattened device tree of a machine. */
export function boardTree({ memoryBytes, harts, commandLine, initrd, randomSeed }: TreeOptions): Uint8Array {
  const chosen = {
    bootargs: commandLine,
    "stdout-path": `/soc/serial@${Base.uart.toString(16)}`,
    "rng-seed": randomSeed,
    ...(initrd ? { "linux,initrd-start": long(initrd.start), "linux,initrd-end": long(initrd.end) } : {}),
  };
  return encodeFdt({
    name: "",
    properties: {
      compatible: "riscv-virtio",
      model: "riscv-virtio,strata",
      "#address-cells": 2,
      "#size-cells": 2,
    },
    children: [
      { name: "chosen", properties: chosen },
      {
        name: `memory@${Base.ram.toString(16)}`,
        properties: { device_type: "memory", reg: region(Base.ram, memoryBytes) },
      },
      {
        name: "cpus",
        properties: { "#address-cells": 1, "#size-cells": 0, "timebase-frequency": TICKS_PER_SECOND },
        children: hartIndices(harts).map(cpuNode),
      },
      {
        name: "poweroff",
        properties: { compatible: "syscon-poweroff", regmap: TEST, offset: 0, value: 0x5555 },
      },
      { name: "reboot", properties: { compatible: "syscon-reboot", regmap: TEST, offset: 0, value: 0x7777 } },
      {
        name: "soc",
        properties: { compatible: "simple-bus", "#address-cells": 2, "#size-cells": 2, ranges: true },
        children: socNodes(harts),
      },
    ],
  });
}
