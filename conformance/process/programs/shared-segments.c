/* shmget(2), shmat(2), shmdt(2), shmctl(2). */
#include "check.h"
#include <sys/ipc.h>
#include <sys/shm.h>

static struct shmid_ds status;
static key_t key;

static void keys(void) {
  int id = shmget(IPC_PRIVATE, 100, 0600), other = shmget(IPC_PRIVATE, 100, 0600);
  TRUE(id >= 0 && other >= 0 && id != other);
  CALL(shmctl(id, IPC_RMID, NULL));
  CALL(shmctl(other, IPC_RMID, NULL));
  CALL(shmctl(id, IPC_RMID, NULL));
  CALL(shmget(key, 100, 0600));
  CALL(shmget(key, 0, IPC_CREAT | 0600));
  TRUE((id = shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0640)) >= 0);
  CALL(shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0640));
  TRUE(shmget(key, 5000, IPC_CREAT | 0640) == id);
  TRUE(shmget(key, 0, 0) == id);
  CALL(shmget(key, 5001, 0));
  CALL(shmctl(id, IPC_STAT, &status));
  NUMBER(status.shm_segsz);
  NUMBER(status.shm_perm.mode);
  TRUE(status.shm_perm.__key == key);
  TRUE(status.shm_perm.uid == geteuid() && status.shm_perm.cgid == getegid());
  TRUE(status.shm_cpid == getpid());
  NUMBER(status.shm_lpid);
  NUMBER(status.shm_nattch);
  NUMBER(status.shm_atime);
  TRUE(labs(status.shm_ctime - time(NULL)) < 10);
  CALL(shmctl(id, IPC_STAT, (void *)8));
  CALL(shmctl(id, 99, &status));
  CALL(shmctl(-1, IPC_STAT, &status));
  CALL(shmctl(id, SHM_LOCK, NULL));
  CALL(shmctl(id, SHM_UNLOCK, NULL));
  struct shminfo info;
  struct shm_info used;
  TRUE(shmctl(0, IPC_INFO, (void *)&info) >= 0 && info.shmmin == 1);
  TRUE(shmctl(0, SHM_INFO, (void *)&used) >= 0 && used.used_ids >= 1);
  int found = 0, last = shmctl(0, SHM_INFO, (void *)&used);
  for (int place = 0; place <= last; place++) found |= shmctl(place, SHM_STAT, &status) == id;
  NUMBER(found);
  CALL(shmctl(id, IPC_RMID, NULL));
  CALL(shmget(key, 100, 0600));
}

static void memory(void) {
  int id = shmget(key, 5000, IPC_CREAT | 0600), child;
  CALL(shmat(id, (void *)1, 0) == (void *)-1);
  CALL((long)shmat(id, (void *)0x1234567, 0));
  CALL((long)shmat(id, NULL, SHM_REMAP));
  CALL((long)shmat(-1, NULL, 0));
  CALL((long)shmat(id + 1, NULL, 0));
  char *first = shmat(id, NULL, 0), *second = shmat(id, NULL, SHM_RDONLY);
  TRUE(first != (void *)-1 && second != (void *)-1 && first != second);
  NUMBER(first[4999]);
  first[5] = 'x';
  NUMBER(second[5]);
  CALL(mprotect(second, 4096, PROT_READ | PROT_WRITE));
  CALL((long)shmat(id, first, 0));
  TRUE(shmat(id, second + 5, SHM_RND | SHM_REMAP) == second);
  second[6] = 'y';
  NUMBER(first[6]);
  CALL(shmctl(id, IPC_STAT, &status));
  NUMBER(status.shm_nattch);
  TRUE(status.shm_lpid == getpid());
  TRUE(labs(status.shm_atime - time(NULL)) < 10);
  fflush(stdout);
  if (fork() == 0) {
    CALL(shmctl(id, IPC_STAT, &status));
    NUMBER(status.shm_nattch);
    first[7] = 'c';
    CALL(shmdt(first));
    CALL(shmdt(first));
    CALL(shmctl(id, IPC_STAT, &status));
    NUMBER(status.shm_nattch);
    exit(0);
  }
  wait(&child);
  NUMBER(second[7]);
  CALL(shmctl(id, IPC_STAT, &status));
  NUMBER(status.shm_nattch);
  CALL(shmdt(first + 4096));
  CALL(shmdt(first + 1));
  CALL(munmap(second, 4096));
  CALL(shmdt(second));
  CALL(shmctl(id, IPC_STAT, &status));
  NUMBER(status.shm_nattch);
  /* One that is removed stays for those who have it. */
  CALL(shmctl(id, IPC_RMID, NULL));
  CALL(shmget(key, 1, 0));
  CALL(shmctl(id, IPC_STAT, &status));
  NUMBER(status.shm_perm.mode);
  NUMBER(status.shm_perm.__key);
  TRUE((second = shmat(id, NULL, 0)) != (void *)-1);
  NUMBER(second[5]);
  CALL(shmdt(first));
  NUMBER(second[6]);
  CALL(shmdt(second));
  CALL(shmctl(id, IPC_STAT, &status));
  CALL((long)shmat(id, NULL, 0));
  /* What a child has is gone with it. */
  id = shmget(IPC_PRIVATE, 4096, 0600);
  if (fork() == 0) {
    shmat(id, NULL, 0);
    execl("/proc/self/exe", "again", "again", NULL);
    _exit(1);
  }
  wait(&child);
  CALL(shmctl(id, IPC_STAT, &status));
  NUMBER(status.shm_nattch);
  CALL(shmctl(id, IPC_RMID, NULL));
  CALL(shmctl(id, IPC_STAT, &status));
}

static void permissions(void) {
  int id = shmget(key, 100, IPC_CREAT | 0640), child;
  fflush(stdout);
  if (fork() == 0) {
    setgroups(0, NULL);
    setresgid(1000, 1000, 1000);
    setresuid(1000, 1000, 1000);
    CALL(shmget(key, 100, 0400));
    TRUE(shmget(key, 100, 0) == id);
    CALL((long)shmat(id, NULL, SHM_RDONLY));
    CALL(shmctl(id, IPC_STAT, &status));
    CALL(shmctl(id, IPC_RMID, NULL));
    CALL(shmctl(id, IPC_SET, &status));
    CALL(shmctl(id, SHM_LOCK, NULL));
    exit(0);
  }
  wait(&child);
  CALL(shmctl(id, IPC_STAT, &status));
  status.shm_perm.uid = 1000;
  status.shm_perm.gid = 1001;
  status.shm_perm.mode = 0440;
  CALL(shmctl(id, IPC_SET, &status));
  fflush(stdout);
  if (fork() == 0) {
    setresuid(1000, 1000, 1000);
    CALL((long)shmat(id, NULL, 0));
    TRUE(shmat(id, NULL, SHM_RDONLY) != (void *)-1);
    CALL(shmctl(id, IPC_STAT, &status));
    NUMBER(status.shm_perm.uid);
    NUMBER(status.shm_perm.gid);
    NUMBER(status.shm_perm.cuid);
    NUMBER(status.shm_perm.mode);
    CALL(shmctl(id, IPC_RMID, NULL));
    exit(0);
  }
  wait(&child);
  CALL(shmctl(id, IPC_STAT, &status));
}

int main(int count, char **arguments) {
  if (count > 1) return 0;
  key = 0x53000000 | getpid();
  keys();
  memory();
  permissions();
  return 0;
}
