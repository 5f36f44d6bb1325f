/* Pointers that lead nowhere, in every system call that takes some: EFAULT, and nothing else happens. */
#include "check.h"

#define BAD ((void *)8)
#define HIGH ((void *)0xffffffffffff0000ul)

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  int p[2];
  pipe(p);
  write(fd, "data", 4);
  lseek(fd, 0, SEEK_SET);
  void *bad[] = {BAD, HIGH, (void *)0x4000000000ul, (void *)0x7fffffffff000ul};
  for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
    void *b = bad[i];
    CALL(read(fd, b, 4));
    CALL(write(fd, b, 4));
    CALL(open(b, O_RDONLY));
    CALL(stat(b, b));
    CALL(syscall(SYS_fstat, fd, b));
    CALL(readv(fd, b, 1));
    CALL(writev(fd, b, 1));
    CALL(pread(fd, b, 4, 0));
    CALL(pwrite(fd, b, 4, 0));
    CALL(syscall(SYS_getcwd, b, 100));
    CALL(chdir(b));
    CALL(mkdir(b, 0));
    CALL(unlink(b));
    CALL(readlink(b, b, 10));
    CALL(symlink(b, "x"));
    CALL(rename(b, b));
    CALL(link(b, b));
    CALL(chmod(b, 0));
    CALL(truncate(b, 0));
    CALL(pipe(b));
    CALL(syscall(SYS_uname, b));
    CALL(syscall(SYS_nanosleep, b, 0));
    CALL(syscall(SYS_clock_gettime, 0, b));
    CALL(syscall(SYS_gettimeofday, b, 0));
    CALL(syscall(SYS_rt_sigaction, SIGUSR1, b, 0, 8));
    CALL(syscall(SYS_rt_sigprocmask, 0, b, 0, 8));
    CALL(syscall(SYS_rt_sigpending, b, 8));
    CALL(syscall(SYS_sigaltstack, b, 0));
    CALL(syscall(SYS_getrandom, b, 8, 0));
    CALL(syscall(SYS_prlimit64, 0, 7, b, 0));
    CALL(syscall(SYS_prlimit64, 0, 7, 0, b));
    CALL(syscall(SYS_sysinfo, b));
    CALL(syscall(SYS_getrusage, 0, b));
    CALL(syscall(SYS_times, b));
    CALL(syscall(SYS_ppoll, b, 1, 0, 0, 8));
    CALL(syscall(SYS_pselect6, 10, b, 0, 0, 0, 0));
    CALL(syscall(SYS_execve, b, 0, 0));
    CALL(syscall(SYS_execve, "/nowhere", b, 0));
    CALL(syscall(SYS_getdents64, open(".", O_RDONLY), b, 1000));
    CALL(syscall(SYS_futex, b, 0, 0, 0, 0, 0));
    CALL(syscall(SYS_statx, AT_FDCWD, ".", 0, 0x7ff, b));
    CALL(syscall(SYS_statfs, ".", b));
    CALL(syscall(SYS_sched_getaffinity, 0, 8, b) == -1);
    CALL(syscall(SYS_timerfd_settime, timerfd_create(1, 0), 0, b, 0));
    CALL(syscall(SYS_epoll_ctl, epoll_create1(0), 1, p[0], b));
    CALL(syscall(SYS_getresuid, b, b, b));
    CALL(syscall(SYS_utimensat, AT_FDCWD, "file", b, 0));
    CALL(syscall(SYS_mincore, b, 10, b) == -1);
    CALL(syscall(SYS_memfd_create, b, 0));
    CALL(syscall(SYS_sendfile, p[1], fd, b, 1));
    CALL(syscall(SYS_wait4, -1, b, 0, 0));
    CALL(syscall(SYS_set_robust_list, b, 5));
    CALL(syscall(SYS_rt_sigtimedwait, b, 0, 0, 8));
  }
  CALL(read(fd, NULL, -1));
  CALL(write(fd, NULL, 0));
  CALL(syscall(SYS_read, 0x100000003ul, NULL, 0));
  CALL(syscall(SYS_read, -1, NULL, 0));
  CALL(syscall(SYS_ppoll, NULL, 0x7fffffff, 0, 0, 8));
  CALL(syscall(SYS_readv, fd, NULL, 0));
  CALL(syscall(SYS_mmap, 0, -1ul, 3, 0x22, -1, 0));
  CALL(syscall(SYS_munmap, -4096ul, 8192));
  CALL(syscall(SYS_mprotect, -4096ul, 8192, 0));
  CALL(syscall(SYS_lseek, fd, 0x7fffffffffffffffl, 0) < 0);
  CALL(syscall(SYS_dup3, fd, 0x7fffffff, 0));
  CALL(syscall(SYS_fcntl, fd, F_DUPFD, 0x7fffffff));
  CALL(syscall(SYS_getgroups, -1, NULL));
  CALL(syscall(SYS_kill, 0x7fffffff, 0));
  CALL(syscall(SYS_rt_sigaction, 64, NULL, NULL, 7));
  CALL(syscall(SYS_ftruncate, fd, 0x7fffffffffffffffl) == 0);
  char page[2 * 4096 + 1];
  char *edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(edge + 4096, 4096);
  memset(edge, 'a', 4096);
  CALL(open(edge + 4090, O_RDONLY));
  ftruncate(fd, 0);
  CALL(pwrite(fd, edge + 4090, 100, 0));
  memset(page, 'b', sizeof page);
  CALL(pwrite(fd, page, sizeof page, 0));
  CALL(pread(fd, edge + 4090, 100, 0));
  NUMBER(edge[4095]);
  return 0;
}
