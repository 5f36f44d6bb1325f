/* mmap(2) of files that are written, cut and replaced meanwhile: within one tick of the clock that tells when a file changed. */
#include "check.h"
#include <setjmp.h>

#define ROUNDS 50
static const long page = 4096;
static sigjmp_buf back;

static void fault(int signal) { siglongjmp(back, signal); }

/* The signal that reading a place raises; 0 if none. */
static int probe(volatile char *at) {
  int signal = sigsetjmp(back, 1);
  if (signal == 0) (void)*at;
  return signal;
}

static char *map(int fd, long length, int flags) {
  return mmap(NULL, length, PROT_READ, flags, fd, 0);
}

/* The first byte of a file as a mapping shows it, which is gone then. */
static int mapped(const char *name) {
  int fd = open(name, O_RDONLY);
  char *start = map(fd, page, MAP_PRIVATE);
  int first = start[0];
  munmap(start, page);
  close(fd);
  return first;
}

static void put(const char *name, int flags, char first) {
  char bytes[100];
  memset(bytes, first, sizeof bytes);
  int fd = open(name, O_WRONLY | O_CREAT | flags, 0644);
  write(fd, bytes, sizeof bytes);
  close(fd);
}

/* How often a mapping shows what a file was. */
static int stale(void (*change)(char)) {
  int wrong = 0;
  for (int i = 0; i < ROUNDS; i++) {
    change('a' + i % 26);
    wrong += mapped("f") != 'a' + i % 26;
  }
  return wrong;
}

static void overwrite(char first) { put("f", 0, first); }

static void writeAnew(char first) { put("f", O_TRUNC, first); }

static void replace(char first) {
  put("f.new", O_EXCL, first);
  rename("f.new", "f");
}

static void writeAgain(char first) {
  unlink("f");
  put("f", O_EXCL, first);
}

static void writeElsewhere(char first) {
  if (fork() == 0) {
    overwrite(first);
    _exit(0);
  }
  wait(NULL);
}

static void cut(int flags) {
  char bytes[3 * 4096];
  memset(bytes, 'x', sizeof bytes);
  int fd = open("cut", O_RDWR | O_CREAT | O_TRUNC, 0644);
  write(fd, bytes, sizeof bytes);
  char *start = map(fd, 3 * page, flags);
  NUMBER(start[0] + start[page] + start[2 * page]);
  CALL(ftruncate(fd, 100));
  NUMBER(start[99]);
  NUMBER(start[100]);
  NUMBER(probe(start + page));
  NUMBER(probe(start + 2 * page));
  CALL(ftruncate(fd, 2 * page));
  NUMBER(start[99]);
  NUMBER(start[100]);
  NUMBER(start[page]);
  NUMBER(probe(start + 2 * page));
  CALL(pwrite(fd, "y", 1, 2 * page));
  NUMBER(start[2 * page]);
  CALL(close(open("cut", O_WRONLY | O_TRUNC)));
  NUMBER(probe(start));
  CALL(pwrite(fd, "z", 1, 0));
  NUMBER(start[0]);
  NUMBER(start[1]);
  CALL(truncate("cut", 0));
  NUMBER(probe(start));
  munmap(start, 3 * page);
  close(fd);
}

int main(void) {
  signal(SIGBUS, fault);
  put("f", 0, '-');
  NUMBER(stale(overwrite));
  NUMBER(stale(writeAnew));
  NUMBER(stale(replace));
  NUMBER(stale(writeAgain));
  NUMBER(stale(writeElsewhere));
  cut(MAP_SHARED);
  cut(MAP_PRIVATE);
  return 0;
}
