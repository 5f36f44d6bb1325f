/**
 * The physical memory map of the `virt` board: that of QEMU's machine of the same name (documentation of QEMU,
 * "'virt' Generic Virtual Platform"), so that the same kernels boot.
 */

export const Base = {
  test: 0x10_0000,
  rtc: 0x10_1000,
  aclint: 0x200_0000,
  plic: 0xc00_0000,
  uart: 0x1000_0000,
  ecam: 0x3000_0000,
  pciWindow: 0x4000_0000,
  ram: 0x8000_0000,
} as const;

export const UART_SIZE = 0x100;
export const PCI_WINDOW_SIZE = 0x4000_0000;

/** Sources of the PLIC. */
export const Irq = { uart: 10, rtc: 11, pci: 32 } as const;

/** Ticks of mtime in a second. */
export const TICKS_PER_SECOND = 10_000_000;

/** RAM ends where 32-bit linear memory does, less what the machine itself needs. */
export const MAX_RAM_BYTES = 3 * 2 ** 30;
export const MIN_RAM_BYTES = 32 * 2 ** 20;
export const MAX_HARTS = 8;
