/** Configuration space, type 0 (PCI Local Bus Specification 3.0, section 6.1). Offsets and masks. */

export const CONFIG_SIZE = 0x100;

export const VENDOR_ID = 0x00;
export const DEVICE_ID = 0x02;
export const COMMAND = 0x04;
export const STATUS = 0x06;
export const REVISION_ID = 0x08;
export const CLASS_CODE = 0x09;
export const CACHE_LINE_SIZE = 0x0c;
export const BAR0 = 0x10;
export const SUBSYSTEM_VENDOR_ID = 0x2c;
export const SUBSYSTEM_ID = 0x2e;
export const CAPABILITIES_POINTER = 0x34;
export const INTERRUPT_LINE = 0x3c;
export const INTERRUPT_PIN = 0x3d;
export const FIRST_CAPABILITY = 0x40;

export const COMMAND_MEMORY = 0x0002;
export const COMMAND_BUS_MASTER = 0x0004;
export const COMMAND_INTX_DISABLE = 0x0400;

export const STATUS_INTERRUPT = 0x08;
export const STATUS_CAPABILITIES = 0x10;

export const BAR_64_BIT = 0x4;
export const BAR_PREFETCHABLE = 0x8;
export const BAR_FLAGS = 0xf;
