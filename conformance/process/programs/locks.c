/* fcntl(2) "Record locks" and "Open file description locks", flock(2). */
#include "check.h"
#include <sys/file.h>

static struct flock area(int type, long start, long length) {
  return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
}

/* What another process sees of a lock on these bytes. */
static void seen(int type, long start, long length) {
  fflush(stdout);
  pid_t parent = getpid();
  if (fork() == 0) {
    int fd = open("file", O_RDWR);
    struct flock lock = area(type, start, length);
    CALL(fcntl(fd, F_GETLK, &lock));
    NUMBER(lock.l_type);
    if (lock.l_type != F_UNLCK) {
      NUMBER(lock.l_start);
      NUMBER(lock.l_len);
      TRUE(lock.l_pid == parent);
    }
    struct flock set = area(type, start, length);
    CALL(fcntl(fd, F_SETLK, &set));
    _exit(0);
  }
  wait(NULL);
}

static void record_locks(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(ftruncate(fd, 1000));
  struct flock lock = area(F_WRLCK, 10, 20);
  CALL(fcntl(fd, F_SETLK, &lock));
  seen(F_RDLCK, 0, 10);
  seen(F_RDLCK, 0, 11);
  seen(F_WRLCK, 29, 1);
  seen(F_WRLCK, 30, 0);
  lock = area(F_UNLCK, 15, 5);
  CALL(fcntl(fd, F_SETLK, &lock));
  seen(F_RDLCK, 15, 5);
  seen(F_RDLCK, 15, 6);
  lock = area(F_RDLCK, 0, 0);
  CALL(fcntl(fd, F_SETLK, &lock));
  seen(F_RDLCK, 500, 10);
  seen(F_WRLCK, 500, 10);
  lock = area(F_WRLCK, 5, -5);
  CALL(fcntl(fd, F_SETLK, &lock));
  seen(F_RDLCK, 2, 1);
  lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -1, .l_len = 1};
  CALL(fcntl(fd, F_SETLK, &lock));
  seen(F_RDLCK, 999, 1);
  lock = area(F_UNLCK, 0, 0);
  CALL(fcntl(fd, F_GETLK, &lock));
  lock = area(7, 0, 0);
  CALL(fcntl(fd, F_SETLK, &lock));
  lock = area(F_WRLCK, -1, 0);
  CALL(fcntl(fd, F_SETLK, &lock));
  lock = area(F_WRLCK, 5, -6);
  CALL(fcntl(fd, F_SETLK, &lock));
  lock = (struct flock){.l_type = F_WRLCK, .l_whence = 9};
  CALL(fcntl(fd, F_SETLK, &lock));
  CALL(fcntl(fd, F_SETLK, (void *)8));
  int reader = open("file", O_RDONLY);
  lock = area(F_WRLCK, 0, 1);
  CALL(fcntl(reader, F_SETLK, &lock));
  CALL(close(reader));
  /* Closing any descriptor of the file has dropped all its locks. */
  seen(F_WRLCK, 0, 0);
  int writer = open("file", O_WRONLY);
  lock = area(F_RDLCK, 0, 1);
  CALL(fcntl(writer, F_SETLK, &lock));
  close(writer);
  close(fd);
}

static void waiting(void) {
  int fd = open("file", O_RDWR), p[2], status;
  pipe(p);
  struct flock lock = area(F_WRLCK, 0, 1);
  fcntl(fd, F_SETLK, &lock);
  fflush(stdout);
  if (fork() == 0) {
    struct flock mine = area(F_WRLCK, 1, 1), wanted = area(F_WRLCK, 0, 1);
    fcntl(fd, F_SETLK, &mine);
    write(p[1], "x", 1);
    CALL(fcntl(fd, F_SETLKW, &wanted));
    _exit(0);
  }
  char byte;
  read(p[0], &byte, 1);
  usleep(50000);
  lock = area(F_WRLCK, 1, 1);
  CALL(fcntl(fd, F_SETLKW, &lock));
  lock = area(F_UNLCK, 0, 0);
  fcntl(fd, F_SETLK, &lock);
  wait(&status);
  lock = area(F_WRLCK, 0, 0);
  CALL(fcntl(fd, F_SETLKW, &lock));
  close(fd);
}

static void open_file_locks(void) {
  int first = open("file", O_RDWR), second = open("file", O_RDWR), same = dup(first);
  struct flock lock = area(F_WRLCK, 0, 10);
  CALL(fcntl(first, F_OFD_SETLK, &lock));
  lock = area(F_WRLCK, 5, 10);
  CALL(fcntl(second, F_OFD_SETLK, &lock));
  CALL(fcntl(second, F_OFD_GETLK, &lock));
  NUMBER(lock.l_pid);
  NUMBER(lock.l_start);
  lock = area(F_RDLCK, 0, 10);
  CALL(fcntl(same, F_OFD_SETLK, &lock));
  lock = area(F_RDLCK, 5, 1);
  CALL(fcntl(second, F_OFD_SETLK, &lock));
  lock = area(F_WRLCK, 0, 1);
  CALL(fcntl(first, F_SETLK, &lock));
  lock.l_pid = 7;
  CALL(fcntl(first, F_OFD_SETLK, &lock));
  close(same);
  lock = area(F_WRLCK, 0, 1);
  CALL(fcntl(second, F_OFD_SETLK, &lock));
  close(first);
  CALL(fcntl(second, F_OFD_SETLK, &lock));
  close(second);
}

static void whole_files(void) {
  int first = open("file", O_RDONLY), second = open("file", O_RDWR);
  CALL(flock(first, LOCK_SH));
  CALL(flock(second, LOCK_SH | LOCK_NB));
  CALL(flock(first, LOCK_EX | LOCK_NB));
  CALL(flock(second, LOCK_EX | LOCK_NB));
  CALL(flock(first, LOCK_SH | LOCK_NB));
  CALL(flock(second, LOCK_UN));
  CALL(flock(first, LOCK_SH));
  CALL(flock(first, 3));
  CALL(flock(-1, LOCK_SH));
  /* A copy in a child is the same lock. */
  fflush(stdout);
  if (fork() == 0) {
    CALL(flock(first, LOCK_UN));
    _exit(0);
  }
  wait(NULL);
  CALL(flock(second, LOCK_EX | LOCK_NB));
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    close(second);
    int third = open("file", O_RDONLY);
    CALL(flock(third, LOCK_SH | LOCK_NB));
    CALL(flock(third, LOCK_SH));
    _exit(0);
  }
  usleep(50000);
  puts("unlock");
  fflush(stdout);
  close(second);
  wait(NULL);
}

int main(void) {
  record_locks();
  waiting();
  open_file_locks();
  whole_files();
  return 0;
}
