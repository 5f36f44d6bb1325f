/* pthreads: clone(2) with CLONE_VM, futex(2), thread-local data, signals to threads. */
#include "check.h"
#include <linux/futex.h>
#include <semaphore.h>
#include <stdatomic.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int total, initialised;
static int turn;
static __thread int local = 5;
static sem_t semaphore;

static long futex(int *at, int operation, int value, const struct timespec *timeout) {
  return syscall(SYS_futex, at, operation, value, timeout, NULL, 0);
}

static void initialise(void) { initialised++; }

static void *adds(void *argument) {
  local += (int)(long)argument;
  pthread_once(&once, initialise);
  for (int i = 0; i < 10000; i++) {
    atomic_fetch_add(&total, 1);
    if (i % 1000 == 0) sched_yield();
  }
  pthread_barrier_wait(&barrier);
  return (void *)(long)local;
}

static void *alternates(void *argument) {
  int me = (int)(long)argument;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&mutex);
    while (turn != me) pthread_cond_wait(&condition, &mutex);
    turn = 1 - me;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void *posts(void *unused) {
  for (int i = 0; i < 5; i++) {
    usleep(1000);
    sem_post(&semaphore);
  }
  return unused;
}

static void *waits(void *unused) {
  for (;;) pause();
  return unused;
}

static volatile pthread_t handled_by;
static void handler(int signal) { handled_by = pthread_self(); }

static int word;
static void *wakes(void *unused) {
  usleep(50000);
  __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
  futex(&word, FUTEX_WAKE, 1, NULL);
  return unused;
}

static void *exits(void *unused) {
  pthread_exit((void *)77);
  return unused;
}

int main(void) {
  pthread_t threads[8];
  void *result;
  pthread_barrier_init(&barrier, NULL, 8);
  for (long i = 0; i < 8; i++) NUMBER(pthread_create(&threads[i], NULL, adds, (void *)i));
  long sum = 0;
  for (int i = 0; i < 8; i++) {
    pthread_join(threads[i], &result);
    sum += (long)result;
  }
  NUMBER(total);
  NUMBER(sum);
  NUMBER(local);
  NUMBER(initialised);
  pthread_create(&threads[0], NULL, alternates, (void *)0);
  pthread_create(&threads[1], NULL, alternates, (void *)1);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  NUMBER(turn);
  sem_init(&semaphore, 0, 0);
  pthread_create(&threads[0], NULL, posts, NULL);
  for (int i = 0; i < 5; i++) CALL(sem_wait(&semaphore));
  CALL(sem_trywait(&semaphore));
  pthread_join(threads[0], NULL);
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_nsec += 20000000;
  if (soon.tv_nsec >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
  CALL(sem_timedwait(&semaphore, &soon));
  pthread_mutex_lock(&mutex);
  NUMBER(pthread_cond_timedwait(&condition, &mutex, &soon));
  NUMBER(pthread_mutex_trylock(&mutex));
  pthread_mutex_unlock(&mutex);
  struct timespec brief = {0, 10000000};
  CALL(futex(&word, FUTEX_WAIT, 5, NULL));
  CALL(futex(&word, FUTEX_WAIT, 0, &brief));
  CALL(futex(&word, FUTEX_WAKE, 10, NULL));
  CALL(futex((int *)((char *)&word + 1), FUTEX_WAIT, 0, NULL));
  CALL(futex((int *)8, FUTEX_WAIT, 0, NULL));
  CALL(futex(&word, 99, 0, NULL));
  brief.tv_nsec = 2000000000;
  CALL(futex(&word, FUTEX_WAIT, 0, &brief));
  pthread_create(&threads[0], NULL, wakes, NULL);
  while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == 0) futex(&word, FUTEX_WAIT, 0, NULL);
  NUMBER(word);
  pthread_join(threads[0], NULL);
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  pthread_create(&threads[0], NULL, waits, NULL);
  pthread_kill(threads[0], SIGUSR1);
  while (!handled_by) usleep(1000);
  TRUE(handled_by == threads[0]);
  pthread_cancel(threads[0]);
  pthread_join(threads[0], &result);
  TRUE(result == PTHREAD_CANCELED);
  pthread_create(&threads[0], NULL, exits, NULL);
  pthread_join(threads[0], &result);
  NUMBER((long)result);
  int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  fflush(stdout);
  if (fork() == 0) {
    usleep(50000);
    *shared = 1;
    futex(shared, FUTEX_WAKE, 1, NULL);
    _exit(0);
  }
  while (*shared == 0) futex(shared, FUTEX_WAIT, 0, NULL);
  NUMBER(*shared);
  wait(NULL);
  fflush(stdout);
  int status;
  if (fork() == 0) {
    pthread_create(&threads[0], NULL, waits, NULL);
    exit(6);
  }
  wait(&status);
  NUMBER(WEXITSTATUS(status));
  if (fork() == 0) {
    pthread_create(&threads[0], NULL, posts, NULL);
    syscall(SYS_exit, 3);
  }
  wait(&status);
  NUMBER(WEXITSTATUS(status));
  return 0;
}
