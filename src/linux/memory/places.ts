/** Where the parts of a program lie that it does not choose itself. All of it is below 4 GiB. */

/**
 * The addresses that a space may have as they are (see flat-window.ts). What programs map goes there if it may be there, else
 * above. The last page is not used, so that an access at the end stays inside.
 */
export const FLAT_LOW = 0x1_0000;
export const FLAT_HIGH = 0x4000_0000;
/** The end of the stack that a program begins with. */
export const STACK_TOP = FLAT_HIGH - 0x2000;
/** The page with the code that calls rt_sigreturn. */
export const TRAMPOLINE = 0xffff_f000;
/** Where a program that may lie anywhere is put; its interpreter goes where mmap puts things. */
export const PROGRAM_BASE = 0x1000_0000;
