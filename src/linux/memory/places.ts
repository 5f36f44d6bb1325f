/** Where the parts of a program lie that it does not choose itself. All of it is below 4 GiB. */

/** The end of the stack that a program begins with. */
export const STACK_TOP = 0xffff_e000;
/** The page with the code that calls rt_sigreturn. */
export const TRAMPOLINE = 0xffff_f000;
/** Where a program that may lie anywhere is put; its interpreter goes where mmap puts things. */
export const PROGRAM_BASE = 0x1000_0000;
