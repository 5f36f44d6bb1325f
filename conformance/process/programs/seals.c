/* memfd_create(2), and seals on such files (F_ADD_SEALS of fcntl(2)). */
#include "check.h"

#define MFD_NOEXEC_SEAL 8u
#define MFD_EXEC 16u
#define F_SEAL_EXEC 32

static char bytes[20000];

static int sealed(int length, int seals) {
  int file = memfd_create("sealed", MFD_ALLOW_SEALING);
  ftruncate(file, length);
  if (fcntl(file, F_ADD_SEALS, seals) != 0) printf("cannot seal\n");
  return file;
}

static void creates(void) {
  struct stat status;
  char name[300], path[64], link[64];
  int file, other;
  memset(name, 'n', sizeof name);
  CALL(memfd_create("x", 0x20));
  CALL(memfd_create("x", MFD_EXEC | MFD_NOEXEC_SEAL));
  CALL(memfd_create(NULL, 0));
  name[250] = 0;
  CALL(memfd_create(name, 0));
  name[249] = 0;
  TRUE((file = memfd_create(name, 0)) >= 0);
  CALL(fcntl(file, F_GET_SEALS));
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fstat(file, &status));
  NUMBER(status.st_mode);
  TRUE(status.st_uid == geteuid());
  CALL(close(file));
  TRUE((file = memfd_create("sealable", MFD_ALLOW_SEALING | MFD_CLOEXEC)) >= 0);
  CALL(fcntl(file, F_GETFD));
  CALL(fcntl(file, F_GETFL) & O_ACCMODE);
  CALL(fcntl(file, F_GET_SEALS));
  CALL(fcntl(file, F_ADD_SEALS, 0x80));
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_EXEC | F_SEAL_GROW));
  CALL(fcntl(file, F_GET_SEALS));
  CALL(fchmod(file, 0644));
  CALL(fchmod(file, 0755));
  CALL(fchmod(file, 0711));
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_SEAL));
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_SEAL));
  CALL(fcntl(file, F_GET_SEALS));
  sprintf(path, "/proc/self/fd/%d", file);
  NUMBER(readlink(path, link, sizeof link));
  link[23] = 0;
  TEXT(link);
  CALL(close(file));
  TRUE((file = memfd_create("data", MFD_NOEXEC_SEAL)) >= 0);
  CALL(fcntl(file, F_GET_SEALS));
  CALL(fstat(file, &status));
  NUMBER(status.st_mode);
  CALL(fchmod(file, 0600));
  CALL(fchmod(file, 0700));
  CALL(write(file, "twice", 5));
  sprintf(path, "/proc/self/fd/%d", file);
  TRUE((other = open(path, O_RDONLY)) >= 0);
  CALL(read(other, bytes, 10));
  CALL(write(other, "x", 1));
  CALL(fcntl(other, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fcntl(other, F_GET_SEALS));
  CALL(write(file, "x", 1));
  CALL(close(file));
  CALL(lseek(other, 0, SEEK_END));
  CALL(close(other));
  struct epoll_event event = {.events = EPOLLIN};
  file = memfd_create("epoll", 0);
  CALL(epoll_ctl(epoll_create1(0), EPOLL_CTL_ADD, file, &event));
  TRUE((other = open("plain", O_RDWR | O_CREAT, 0600)) >= 0);
  CALL(fcntl(other, F_GET_SEALS));
  CALL(fcntl(other, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fcntl(1000, F_GET_SEALS));
  close(file);
  close(other);
}

static void sizes(void) {
  int file = sealed(5000, F_SEAL_GROW);
  CALL(ftruncate(file, 5001));
  CALL(ftruncate(file, 5000));
  CALL(pwrite(file, bytes, 10, 4990));
  CALL(pwrite(file, bytes, 10, 4991));
  CALL(pwrite(file, bytes, 6000, 0));
  CALL(pwrite(file, bytes, 6000, 5000));
  CALL(fallocate(file, 0, 0, 5000));
  CALL(fallocate(file, 0, 0, 5001));
  CALL(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 5001));
  CALL(lseek(file, 0, SEEK_END));
  CALL(write(file, "x", 1));
  CALL(ftruncate(file, 4000));
  close(file);
  file = sealed(5000, F_SEAL_SHRINK);
  CALL(ftruncate(file, 4999));
  CALL(ftruncate(file, 6000));
  CALL(ftruncate(file, 5999));
  CALL(pwrite(file, "x", 1, 7000));
  close(file);
}

static void writes(void) {
  int file = sealed(5000, 0);
  char *shared = mmap(NULL, 5000, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(mprotect(shared, 5000, PROT_READ));
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(munmap(shared, 5000));
  char *mine = mmap(NULL, 5000, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(pwrite(file, "x", 1, 0));
  mine[0] = 'm';
  CALL(pread(file, bytes, 1, 0));
  NUMBER(bytes[0]);
  TRUE(mmap(NULL, 5000, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED && errno == EPERM);
  TRUE((shared = mmap(NULL, 5000, PROT_READ, MAP_SHARED, file, 0)) != MAP_FAILED);
  CALL(mprotect(shared, 5000, PROT_READ | PROT_WRITE));
  TRUE(mmap(NULL, 5000, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0) != MAP_FAILED);
  CALL(ftruncate(file, 100));
  CALL(ftruncate(file, 10000));
  CALL(write(file, bytes, 0));
  struct iovec vector = {bytes, 3};
  CALL(writev(file, &vector, 1));
  close(file);

  /* Those who have it mapped go on writing. */
  file = sealed(4096, 0);
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  shared[7] = 'f';
  CALL(pread(file, bytes, 1, 7));
  NUMBER(bytes[0]);
  CALL(pwrite(file, "x", 1, 0));
  TRUE(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED && errno == EPERM);
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
  fflush(stdout);
  if (fork() == 0) {
    CALL(munmap(shared, 4096));
    CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
    exit(0);
  }
  int status;
  wait(&status);
  CALL(munmap(shared, 4096));
  CALL(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fcntl(file, F_GET_SEALS));
}

int main(void) {
  creates();
  sizes();
  writes();
  return 0;
}
