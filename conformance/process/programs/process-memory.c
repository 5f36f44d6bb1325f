/* process_vm_readv(2), prlimit(2) of others, membarrier(2), preadv2(2), setdomainname(2), some of prctl(2). */
#include "check.h"
#include <sys/prctl.h>

static char bytes[3 * 4096];

static void memory_of_others(void) {
  int ready[2], child;
  char text[100];
  volatile char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect((char *)page + 4096, 4096, PROT_NONE);
  pipe(ready);
  pid_t other = fork();
  if (other == 0) {
    strcpy(bytes, "of the child");
    memset((char *)page, 'p', 4096);
    write(ready[1], "r", 1);
    for (;;) pause();
  }
  read(ready[0], text, 1);
  struct iovec own[] = {{text, 4}, {text + 50, 9}}, its[] = {{bytes, 6}, {NULL, 0}, {bytes + 6, 7}};
  CALL(process_vm_readv(other, own, 2, its, 3, 0));
  text[4] = 0;
  TEXT(text);
  TEXT(text + 50);
  TEXT(bytes);
  strcpy(text, "written here ");
  own[0].iov_len = 14;
  its[0].iov_len = 20;
  CALL(process_vm_writev(other, own, 1, its, 1, 0));
  memset(text, 0, sizeof text);
  CALL(process_vm_readv(other, own, 1, its, 1, 0));
  TEXT(text);
  CALL(process_vm_readv(other, own, 1, its, 1, 1));
  CALL(process_vm_readv(other, own, 2000, its, 1, 0));
  CALL(process_vm_readv(other, own, 0, its, 1, 0));
  CALL(process_vm_readv(other, (void *)8, 1, its, 1, 0));
  CALL(process_vm_readv(other, own, 1, (void *)8, 1, 0));
  CALL(process_vm_readv(99999999, own, 1, its, 1, 0));
  CALL(process_vm_readv(99999999, own, 0, its, 1, 0));
  struct iovec bad = {(void *)8, 10}, over = {(void *)(page + 4090), 20}, large = {bytes, 4096};
  CALL(process_vm_readv(other, own, 1, &bad, 1, 0));
  CALL(process_vm_readv(other, &bad, 1, its, 1, 0));
  over.iov_base = (void *)page;
  over.iov_len = 8192;
  large.iov_len = 8192;
  CALL(process_vm_readv(other, &large, 1, &over, 1, 0));
  NUMBER(bytes[4095]);
  NUMBER(bytes[4096]);
  fflush(stdout);
  if (fork() == 0) {
    setresuid(1000, 1000, 1000);
    CALL(process_vm_readv(other, own, 1, its, 1, 0));
    struct rlimit limit;
    CALL(prlimit(other, RLIMIT_NOFILE, NULL, &limit));
    exit(0);
  }
  wait(&child);
  struct rlimit limit = {77, 88}, old;
  CALL(prlimit(other, RLIMIT_NOFILE, &limit, NULL));
  CALL(prlimit(other, RLIMIT_NOFILE, NULL, &old));
  NUMBER(old.rlim_cur);
  NUMBER(old.rlim_max);
  CALL(prlimit(99999999, RLIMIT_NOFILE, NULL, &old));
  kill(other, SIGKILL);
  wait(&child);
  CALL(process_vm_readv(other, own, 1, its, 1, 0));
}

static long barrier(int command, int flags) { return syscall(SYS_membarrier, command, flags, 0); }

static void barriers(void) {
  int child;
  TRUE((barrier(0, 0) & 0x27f) == 0x27f);
  CALL(barrier(0, 1));
  CALL(barrier(3, 0));
  CALL(barrier(1 << 20, 0));
  CALL(barrier(512, 0));
  CALL(barrier(1, 0));
  CALL(barrier(2, 0));
  CALL(barrier(8, 0));
  CALL(barrier(16, 0));
  CALL(barrier(8, 0));
  CALL(barrier(32, 0));
  CALL(barrier(64, 0));
  CALL(barrier(32, 0));
  CALL(barrier(4, 0));
  CALL(barrier(512, 0));
  fflush(stdout);
  if (fork() == 0) {
    CALL(barrier(512, 0));
    CALL(barrier(8, 0));
    exit(0);
  }
  wait(&child);
}

static void vectors(void) {
  int file = open("vectors", O_RDWR | O_CREAT, 0600);
  struct iovec vector = {bytes, 10};
  CALL(pwritev2(file, &vector, 1, 5, RWF_SYNC));
  CALL(pwritev2(file, &vector, 1, -1, RWF_DSYNC));
  CALL(preadv2(file, &vector, 1, 0, RWF_HIPRI));
  CALL(preadv2(file, &vector, 1, -1, 0));
  CALL(preadv2(file, &vector, 1, -2, 0));
  CALL(preadv2(file, &vector, 1, 0, 0x40000000));
}

static void names(void) {
  struct utsname name;
  int child;
  fflush(stdout);
  if (fork() == 0) {
    setresuid(1000, 1000, 1000);
    CALL(setdomainname("x", 1));
    CALL(sethostname("x", 1));
    exit(0);
  }
  wait(&child);
  CALL(setdomainname("x", -1));
  CALL(setdomainname("x", 65));
  CALL(setdomainname((void *)8, 4));
  CALL(sethostname((void *)8, 4));
  CALL(uname(&name));
  TEXT(name.domainname);
  CALL(prctl(PR_GET_KEEPCAPS));
  CALL(prctl(PR_SET_KEEPCAPS, 1));
  CALL(prctl(PR_GET_KEEPCAPS));
  CALL(prctl(PR_SET_KEEPCAPS, 2));
  CALL(prctl(PR_SET_KEEPCAPS, 0));
  CALL(prctl(PR_GET_SECCOMP));
}

int main(void) {
  memory_of_others();
  barriers();
  vectors();
  names();
  return 0;
}
