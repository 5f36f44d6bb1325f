/* mmap(2), munmap(2), mprotect(2), mremap(2), brk(2), madvise(2), msync(2); faults. */
#include "check.h"
#include <setjmp.h>

static sigjmp_buf back;
static volatile int code;
static void *volatile address;

static void fault(int signal, siginfo_t *info, void *context) {
  code = info->si_code;
  address = info->si_addr;
  siglongjmp(back, signal);
}

/* The signal that reading or writing a place raises; 0 if none. */
static int probe(volatile char *at, int write) {
  code = 0;
  address = NULL;
  int signal = sigsetjmp(back, 1);
  if (signal == 0) {
    if (write) *at = 1;
    else (void)*at;
  }
  return signal;
}

#define PROBE(at, write)                                                                      \
  do {                                                                                        \
    int signal_ = probe(at, write);                                                           \
    printf("%s %s: signal %d code %d %s\n", write ? "write" : "read", #at, signal_, code,     \
           address == NULL || address == (void *)(at) ? "there" : "elsewhere");               \
  } while (0)

int main(void) {
  struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  long page = 4096;
  PROBE((char *)8, 0);
  PROBE((char *)8, 1);
  char *p = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRUE(p != MAP_FAILED);
  PROBE(p, 0);
  PROBE(p + page, 1);
  NUMBER(p[page]);
  CALL(mprotect(p + page, page, PROT_READ));
  PROBE(p + page, 0);
  PROBE(p + page, 1);
  CALL(mprotect(p + page, page, PROT_NONE));
  PROBE(p + page, 0);
  CALL(munmap(p + page, page));
  PROBE(p + page, 0);
  CALL(mprotect(p, 3 * page, PROT_READ));
  CALL(mprotect(p + 1, page, PROT_READ));
  CALL(munmap(p + 1, page));
  CALL(munmap(p, 0));
  CALL(munmap(p, 3 * page));
  PROBE(p, 0);
  CALL(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  CALL(mmap(NULL, page, PROT_READ, MAP_ANONYMOUS, -1, 0));
  CALL(mmap(NULL, page, PROT_READ, MAP_PRIVATE, -1, 0));
  CALL(mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 1));
  CALL(mmap((void *)4097, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  int fd = open("mapped", O_RDWR | O_CREAT, 0644);
  for (int i = 0; i < 5000; i++) write(fd, "abcdefgh" + i % 8, 1);
  char *f = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  TRUE(f != MAP_FAILED);
  NUMBER(f[3]);
  NUMBER(f[4999]);
  NUMBER(f[5001]);
  f[3] = 'Z';
  char buffer[8];
  CALL(pread(fd, buffer, 8, 0));
  NUMBER(buffer[3]);
  char *beyond = mmap(NULL, 4 * page, PROT_READ, MAP_PRIVATE, fd, 0);
  PROBE(beyond + 3 * page, 0);
  char *s = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  s[0] = 'S';
  CALL(msync(s, 2 * page, MS_SYNC));
  CALL(pread(fd, buffer, 8, 0));
  NUMBER(buffer[0]);
  s[1] = 'T';
  CALL(munmap(s, 2 * page));
  CALL(pread(fd, buffer, 8, 0));
  NUMBER(buffer[1]);
  int ro = open("mapped", O_RDONLY);
  CALL(mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0));
  TRUE(mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, ro, 0) != MAP_FAILED);
  char *readonly = mmap(NULL, page, PROT_READ, MAP_SHARED, ro, 0);
  CALL(mprotect(readonly, page, PROT_READ | PROT_WRITE));
  int wo = open("mapped", O_WRONLY);
  CALL(mmap(NULL, page, PROT_READ, MAP_SHARED, wo, 0));
  char *shared = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char *private = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  private[0] = 1;
  int status;
  fflush(stdout);
  if (fork() == 0) {
    shared[0] = 7;
    private[0] = 7;
    _exit(0);
  }
  wait(&status);
  NUMBER(shared[0]);
  NUMBER(private[0]);
  char *m = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  m[0] = 11;
  m[page] = 12;
  char *grown = mremap(m, 2 * page, 64 * page, MREMAP_MAYMOVE);
  TRUE(grown != MAP_FAILED);
  NUMBER(grown[0] + grown[page] + grown[63 * page]);
  CALL(mremap(grown, 64 * page, page, 0) == grown);
  PROBE(grown + page, 0);
  CALL(mremap(grown, page, 0, 0));
  CALL(mremap((void *)(grown + 1), page, page, 0));
  CALL(mremap((void *)page, page, 2 * page, MREMAP_MAYMOVE));
  char *target = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CALL(mremap(grown, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target);
  NUMBER(target[0]);
  CALL(madvise(target, page, MADV_DONTNEED));
  NUMBER(target[0]);
  CALL(madvise(target + 1, page, MADV_DONTNEED));
  CALL(madvise(target, page, 9999));
  char *start = sbrk(0);
  TRUE(sbrk(10000) == start);
  start[9999] = 1;
  PROBE(start + 9999, 0);
  TRUE(sbrk(-10000) != (void *)-1);
  TRUE(sbrk(0) == start);
  PROBE(start + 9999, 0);
  CALL(mmap(target, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
  TRUE(mmap(target, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == target);
  PROBE(target, 1);
  unsigned char vector[4];
  CALL(mincore(target, page, vector));
  CALL(msync(target, page, MS_SYNC | MS_ASYNC));
  CALL(mlock(target, page));
  CALL(mmap(NULL, 1ul << 46, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == (long)MAP_FAILED);
  char *code = mmap(NULL, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRUE(code != MAP_FAILED);
  return 0;
}
