/* semget(2), semop(2), semtimedop(2), semctl(2). */
#include "check.h"
#include <sys/ipc.h>
#include <sys/sem.h>

union semun {
  int val;
  struct semid_ds *buf;
  unsigned short *array;
  struct seminfo *info;
};

static key_t key;
static int id, child;

static long op(int number, int change, int flags) {
  struct sembuf operation = {number, change, flags};
  return semop(id, &operation, 1);
}
static long timed(int number, int change, long nanoseconds) {
  struct sembuf operation = {number, change, 0};
  struct timespec time = {0, nanoseconds};
  return semtimedop(id, &operation, 1, &time);
}
static long value(int number) { return semctl(id, number, GETVAL); }
static void show(void) {
  unsigned short values[4];
  CALL(semctl(id, 0, GETALL, (union semun){.array = values}));
  printf("%d %d %d %d\n", values[0], values[1], values[2], values[3]);
}

static void interrupted(int signal) {}

static void sets(void) {
  struct semid_ds status;
  unsigned short values[4] = {1, 2, 3, 4}, large[4] = {1, 40000, 3, 4};
  CALL(semget(key, 4, 0600));
  CALL(semget(key, 0, IPC_CREAT | 0600));
  CALL(semget(key, -1, IPC_CREAT | 0600));
  CALL(semget(key, 40000, IPC_CREAT | 0600));
  TRUE((id = semget(key, 4, IPC_CREAT | IPC_EXCL | 0600)) >= 0);
  CALL(semget(key, 4, IPC_CREAT | IPC_EXCL | 0600));
  TRUE(semget(key, 0, 0) == id);
  CALL(semget(key, 5, 0));
  show();
  CALL(semctl(id, 0, IPC_STAT, (union semun){.buf = &status}));
  NUMBER(status.sem_nsems);
  NUMBER(status.sem_perm.mode);
  NUMBER(status.sem_otime);
  TRUE(labs(status.sem_ctime - time(NULL)) < 10);
  CALL(semctl(id, 0, SETALL, (union semun){.array = values}));
  show();
  CALL(semctl(id, 0, SETALL, (union semun){.array = large}));
  CALL(semctl(id, 0, SETALL, (union semun){.array = (void *)8}));
  CALL(semctl(id, 1, SETVAL, (union semun){.val = 7}));
  CALL(semctl(id, 1, SETVAL, (union semun){.val = -1}));
  CALL(semctl(id, 1, SETVAL, (union semun){.val = 32768}));
  CALL(semctl(id, 4, SETVAL, (union semun){.val = 1}));
  CALL(semctl(id, -1, GETVAL));
  CALL(semctl(id, 4, GETVAL));
  CALL(value(1));
  TRUE(semctl(id, 1, GETPID) == getpid());
  CALL(semctl(id, 0, GETNCNT));
  CALL(semctl(id, 0, GETZCNT));
  CALL(semctl(id, 0, 99));
  CALL(semctl(-1, 0, GETVAL));
  struct seminfo info;
  TRUE(semctl(0, 0, IPC_INFO, (union semun){.info = &info}) >= 0);
  NUMBER(info.semvmx);
  NUMBER(info.semopm);
  TRUE(semctl(0, 0, SEM_INFO, (union semun){.info = &info}) >= 0 && info.semusz >= 1 && info.semaem >= 4);
  int found = 0, last = semctl(0, 0, SEM_INFO, (union semun){.info = &info});
  for (int place = 0; place <= last; place++)
    found |= semctl(place, 0, SEM_STAT, (union semun){.buf = &status}) == id;
  NUMBER(found);
}

static void operations(void) {
  struct sembuf several[] = {{0, 2, 0}, {1, -7, 0}, {2, -3, IPC_NOWAIT}}, many[501];
  memset(many, 0, sizeof many);
  CALL(semop(id, several, 3));
  show();
  CALL(semop(id, several, 0));
  CALL(semop(-1, several, 1));
  CALL(semop(id, many, 501));
  CALL(semop(id, (void *)8, 1));
  CALL(op(4, 1, 0));
  several[1].sem_op = 1;
  CALL(semop(id, several, 3));
  show();
  CALL(op(3, -5, IPC_NOWAIT));
  CALL(op(3, 0, IPC_NOWAIT));
  CALL(op(1, 0, 0));
  CALL(op(3, 32764, 0));
  CALL(op(3, 32763, 0));
  CALL(op(3, -32767, 0));
  CALL(timed(3, -1, 10000000));
  CALL(timed(3, -1, 2000000000));
  CALL(timed(0, 0, 10000000));
  CALL(timed(3, 0, 10000000));
  struct sigaction action = {.sa_handler = interrupted, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval soon = {.it_value = {0, 20000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  CALL(op(3, -1, 0));
  struct semid_ds status;
  CALL(semctl(id, 0, IPC_STAT, (union semun){.buf = &status}));
  TRUE(labs(status.sem_otime - time(NULL)) < 10);
  show();
}

static void waits(void) {
  fflush(stdout);
  if (fork() == 0) {
    struct sembuf both[] = {{1, -1, 0}, {2, -1, 0}};
    _exit(semop(id, both, 2) == 0 ? 7 : errno);
  }
  if (fork() == 0) _exit(op(0, 0, 0) == 0 ? 8 : errno);
  usleep(50000);
  NUMBER(semctl(id, 1, GETNCNT));
  NUMBER(semctl(id, 2, GETNCNT));
  NUMBER(semctl(id, 0, GETZCNT));
  NUMBER(semctl(id, 0, GETNCNT));
  CALL(op(1, 1, 0));
  usleep(30000);
  NUMBER(semctl(id, 1, GETNCNT));
  NUMBER(semctl(id, 2, GETNCNT));
  NUMBER(value(1));
  CALL(op(2, 2, 0));
  wait(&child);
  NUMBER(WEXITSTATUS(child));
  show();
  CALL(semctl(id, 0, SETVAL, (union semun){.val = 0}));
  wait(&child);
  NUMBER(WEXITSTATUS(child));
  /* One that is killed no longer waits. */
  pid_t other = fork();
  if (other == 0) _exit(op(1, -1, 0));
  usleep(30000);
  kill(other, SIGKILL);
  wait(&child);
  NUMBER(semctl(id, 1, GETNCNT));
}

static void *changes(void *unused) {
  op(1, 3, SEM_UNDO);
  return unused;
}

static void undos(void) {
  fflush(stdout);
  CALL(semctl(id, 0, SETVAL, (union semun){.val = 10}));
  if (fork() == 0) {
    op(0, -4, SEM_UNDO);
    op(0, 1, SEM_UNDO);
    op(1, 2, SEM_UNDO);
    pthread_t thread;
    pthread_create(&thread, NULL, changes, NULL);
    pthread_join(thread, NULL);
    show();
    fflush(stdout);
    if (fork() == 0) _exit(0);
    wait(&child);
    op(1, -1, 0);
    show();
    exit(0);
  }
  wait(&child);
  show();
  TRUE(semctl(id, 0, GETPID) != getpid());
  if (fork() == 0) {
    op(0, -4, SEM_UNDO);
    semctl(id, 0, SETVAL, (union semun){.val = 1});
    op(0, 5, SEM_UNDO);
    op(0, -6, 0);
    CALL(op(0, 32767, SEM_UNDO));
    exit(0);
  }
  wait(&child);
  show();
  if (fork() == 0) {
    op(2, 1, SEM_UNDO);
    kill(getpid(), SIGKILL);
  }
  wait(&child);
  show();
  /* What ends lets others go on. */
  CALL(semctl(id, 3, SETVAL, (union semun){.val = 1}));
  if (fork() == 0) {
    op(3, -1, SEM_UNDO);
    usleep(50000);
    _exit(0);
  }
  usleep(20000);
  CALL(op(3, -1, 0));
  wait(&child);
  show();
}

static void ends(void) {
  fflush(stdout);
  if (fork() == 0) {
    setgroups(0, NULL);
    setresgid(1000, 1000, 1000);
    setresuid(1000, 1000, 1000);
    CALL(semget(key, 4, 0200));
    CALL(value(0));
    CALL(op(0, 1, 0));
    CALL(op(0, 0, IPC_NOWAIT));
    CALL(semctl(id, 0, SETVAL, (union semun){.val = 1}));
    CALL(semctl(id, 0, IPC_RMID));
    exit(0);
  }
  wait(&child);
  if (fork() == 0) _exit(op(3, -1, 0) == 0 ? 0 : errno);
  usleep(30000);
  CALL(semctl(id, 0, IPC_RMID));
  wait(&child);
  TEXT(strerrorname_np(WEXITSTATUS(child)));
  CALL(semctl(id, 0, IPC_RMID));
  CALL(op(0, 1, 0));
}

int main(void) {
  key = 0x5e000000 | getpid();
  sets();
  operations();
  waits();
  undos();
  ends();
  return 0;
}
