/**
 * What the addresses of the p-machine mean. docs/pcode.md, "Memory".
 *
 *   0            nothing, so that nil leads nowhere
 *   64 KiB       code: fetched, neither read nor written
 *   8 MiB        constants: read, never written
 *   16 MiB       globals, the stack after them, and the heap
 */

export const CODE_BASE = 0x1_0000;
export const CONSTANT_BASE = 0x80_0000;
export const DATA_BASE = 0x100_0000;

/** Bytes that code and constants may have. */
export const MOST_CODE = CONSTANT_BASE - CODE_BASE;
export const MOST_CONSTANTS = DATA_BASE - CONSTANT_BASE;

/** Bytes from a frame, or from where the globals begin, that loads and stores may reach; so many follow the stack at least. */
export const MOST_REACH = 2 ** 18 + 8;
