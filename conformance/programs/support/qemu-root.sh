#!/bin/sh
# Runs a program in a root by qemu-riscv64, and all programs that it starts: in namespaces of their own, which need no
# privileges and of which this machine notices nothing (user_namespaces(7); binfmt_misc belongs to a namespace since Linux 6.7).
#
# qemu-root.sh ROOT WORK PROGRAM ARGS...: the directory WORK is /work for the program.
set -e
if [ "$STRATA_INSIDE" != 1 ]; then
  exec env STRATA_INSIDE=1 unshare --user --map-root-user --mount --pid --kill-child --fork "$0" "$@"
fi
root=$1
work=$2
shift 2
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
# The first 20 bytes of an ELF file for riscv64: a program, or a shared object.
magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xf3\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
printf '%s' ":riscv64:M::$magic:$mask:$(command -v qemu-riscv64-static):POCF" > /proc/sys/fs/binfmt_misc/register
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$work" "$root/work"
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$root" "$@"
