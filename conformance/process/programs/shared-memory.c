/* shm_open(3), sem_open(3): files in /dev/shm, which processes share by their names. */
#include "check.h"
#include <semaphore.h>

static char path[64], other[64];

int main(void) {
  struct stat status;
  sprintf(path, "/strata-%d", getpid());
  sprintf(other, "/dev/shm/strata-%d-dir", getpid());

  CALL(shm_open(path, O_RDWR, 0600));
  int file = shm_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  TRUE(file >= 0);
  CALL(shm_open(path, O_RDWR | O_CREAT | O_EXCL, 0600));
  CALL(ftruncate(file, 10000));
  CALL(fstat(file, &status));
  NUMBER(status.st_size);
  NUMBER(status.st_mode);
  NUMBER(status.st_nlink);
  char *shared = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  TRUE(shared != MAP_FAILED);
  NUMBER(shared[9999]);
  if (fork() == 0) {
    int again = shm_open(path, O_RDWR, 0);
    char *mine = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0);
    mine[5000] = 42;
    _exit(0);
  }
  wait(NULL);
  NUMBER(shared[5000]);
  CALL(pwrite(file, "xyz", 3, 4999));
  NUMBER(shared[5000]);
  char bytes[4] = {0};
  shared[4999] = 'w';
  CALL(pread(file, bytes, 3, 4999));
  TEXT(bytes);
  CALL(shm_unlink(path));
  CALL(shm_unlink(path));
  CALL(fstat(file, &status));
  NUMBER(status.st_nlink);
  NUMBER(shared[5000]);
  CALL(close(file));
  NUMBER(shared[5001]);
  CALL(munmap(shared, 10000));

  /* A file that is gone before its pages were touched. */
  file = shm_open(path, O_RDWR | O_CREAT, 0600);
  CALL(write(file, "gone", 4));
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  CALL(close(file));
  CALL(shm_unlink(path));
  NUMBER(shared[0]);

  sem_t *semaphore = sem_open(path, O_CREAT | O_EXCL, 0600, 0);
  TRUE(semaphore != SEM_FAILED);
  if (fork() == 0) {
    usleep(20000);
    sem_post(sem_open(path, 0));
    _exit(0);
  }
  CALL(sem_wait(semaphore));
  CALL(sem_trywait(semaphore));
  CALL(sem_unlink(path));
  wait(NULL);

  /* Directories, links and renames there. */
  CALL(mkdir(other, 0700));
  CALL(mkdir(other, 0700));
  CALL(chdir(other));
  CALL(close(open("a", O_CREAT | O_WRONLY, 0640)));
  CALL(link("a", "b"));
  CALL(link("a", "b"));
  CALL(symlink("a", "c"));
  CALL(stat("b", &status));
  NUMBER(status.st_nlink);
  NUMBER(readlink("c", bytes, 4));
  CALL(rename("b", "d"));
  CALL(rename("missing", "d"));
  CALL(mkdir("e", 0700));
  CALL(rename("e", "e/f"));
  CALL(rename("a", "e"));
  CALL(rename("e", "a"));
  CALL(rmdir("a"));
  CALL(unlink("e"));
  CALL(rmdir("e"));
  CALL(rmdir(other));
  CALL(truncate("a", 5000));
  CALL(stat("d", &status));
  NUMBER(status.st_size);
  CALL(unlink("a"));
  CALL(unlink("c"));
  CALL(unlink("d"));
  CALL(unlink("d"));
  CALL(chmod(other, 0711));
  CALL(stat(other, &status));
  NUMBER(status.st_mode);
  CALL(rmdir(other));
  CALL(stat(".", &status));
  CALL(open("new", O_CREAT | O_WRONLY, 0600));
  return 0;
}
