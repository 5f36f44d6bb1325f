# Starts a bare-metal program in machine mode: floating point on, a stack, bench(), its time and result to the UART, off.
    .section .text.start
    .globl _start
_start:
    li   t0, 0x6000
    csrs mstatus, t0
    la   sp, stack_top
    la   t0, bss_start
    la   t1, bss_end
1:  bgeu t0, t1, 2f
    sd   zero, 0(t0)
    addi t0, t0, 8
    j    1b
2:  li   s1, 0x200bff8
    ld   s2, 0(s1)
    call bench
    ld   s3, 0(s1)
    mv   s4, a0
    sub  a0, s3, s2
    call put_hex
    li   a0, ' '
    call put_char
    mv   a0, s4
    call put_hex
    li   a0, '\n'
    call put_char
    li   t0, 0x100000
    li   t1, 0x5555
    sw   t1, 0(t0)
3:  j    3b

put_hex:
    mv   t3, a0
    li   t4, 60
    mv   t6, ra
4:  srl  a0, t3, t4
    andi a0, a0, 15
    li   t5, 10
    blt  a0, t5, 5f
    addi a0, a0, 39
5:  addi a0, a0, 48
    call put_char
    addi t4, t4, -4
    bgez t4, 4b
    jr   t6

put_char:
    li   t0, 0x10000000
6:  lbu  t1, 5(t0)
    andi t1, t1, 0x20
    beqz t1, 6b
    sb   a0, 0(t0)
    ret
