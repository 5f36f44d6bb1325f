/* futex(2): locks of threads that end (set_robust_list(2)), locks with owners (FUTEX_LOCK_PI), FUTEX_WAKE_OP. */
#include "check.h"
#include <linux/futex.h>
#include <stdatomic.h>

static long futex(void *at, int operation, int value, void *fourth, void *second, int third) {
  return syscall(SYS_futex, at, operation, value, fourth, second, third);
}

struct shared {
  pthread_mutex_t robust, inherits;
  unsigned word, other, third;
  int ready;
};
static struct shared *shared;
static const struct timespec brief = {0, 30000000};

static void *locks_and_ends(void *mutex) {
  pthread_mutex_lock(mutex);
  usleep(30000);
  return NULL;
}

static void mutexes(int protocol, int processes) {
  pthread_mutexattr_t attributes;
  pthread_mutex_t *mutex = &shared->robust;
  pthread_t thread;
  int status;
  pthread_mutexattr_init(&attributes);
  NUMBER(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
  NUMBER(pthread_mutexattr_setpshared(&attributes, processes));
  NUMBER(pthread_mutexattr_setprotocol(&attributes, protocol));
  NUMBER(pthread_mutex_init(mutex, &attributes));
  /* Its owner ends before and while another one wants it. */
  for (int early = 0; early < 2; early++) {
    pthread_create(&thread, NULL, locks_and_ends, mutex);
    if (early) usleep(10000);
    else pthread_join(thread, NULL);
    NUMBER(pthread_mutex_lock(mutex));
    NUMBER(pthread_mutex_consistent(mutex));
    NUMBER(pthread_mutex_unlock(mutex));
    NUMBER(pthread_mutex_trylock(mutex));
    NUMBER(pthread_mutex_unlock(mutex));
    if (early) pthread_join(thread, NULL);
  }
  if (processes) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      pthread_mutex_lock(mutex);
      shared->ready = 1;
      for (;;) pause();
    }
    while (!shared->ready) usleep(1000);
    NUMBER(pthread_mutex_trylock(mutex));
    if (fork() == 0) {
      usleep(30000);
      kill(child, SIGKILL);
      _exit(0);
    }
    NUMBER(pthread_mutex_lock(mutex));
    NUMBER(pthread_mutex_unlock(mutex));
    NUMBER(pthread_mutex_lock(mutex));
    wait(&status);
    wait(&status);
    shared->ready = 0;
    /* A program that becomes another one no longer has what it had. */
    NUMBER(pthread_mutex_init(mutex, &attributes));
    if (fork() == 0) {
      pthread_mutex_lock(mutex);
      execl("/proc/self/exe", "again", "again", NULL);
      _exit(1);
    }
    wait(&status);
    NUMBER(pthread_mutex_lock(mutex));
  }
}

static int counter;
static void *counts(void *mutex) {
  for (int i = 0; i < 200; i++) {
    pthread_mutex_lock(mutex);
    int seen = counter;
    if (i % 20 == 0) sched_yield();
    counter = seen + 1;
    pthread_mutex_unlock(mutex);
  }
  return NULL;
}

static void inherits(void) {
  pthread_mutexattr_t attributes;
  pthread_t threads[4];
  pthread_mutexattr_init(&attributes);
  NUMBER(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT));
  NUMBER(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK));
  NUMBER(pthread_mutex_init(&shared->inherits, &attributes));
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, counts, &shared->inherits);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  NUMBER(counter);
  NUMBER(pthread_mutex_lock(&shared->inherits));
  NUMBER(pthread_mutex_lock(&shared->inherits));
  NUMBER(pthread_mutex_unlock(&shared->inherits));
  NUMBER(pthread_mutex_unlock(&shared->inherits));
  pthread_create(&threads[0], NULL, locks_and_ends, &shared->inherits);
  usleep(10000);
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_nsec += 5000000;
  if (soon.tv_nsec >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
  NUMBER(pthread_mutex_timedlock(&shared->inherits, &soon));
  pthread_join(threads[0], NULL);
}

static volatile pid_t holder;
static int holds_for;
static void *holds(void *unused) {
  holder = syscall(SYS_gettid);
  if (futex(&shared->word, FUTEX_LOCK_PI, 0, NULL, NULL, 0) != 0) holder = -1;
  usleep(holds_for);
  if (holds_for) futex(&shared->word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
  return unused;
}

static volatile int handled;
static void handler(int signal) { handled++; }

static void *takes_other(void *unused) {
  futex(&shared->other, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
  futex(&shared->word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
  futex(&shared->word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
  futex(&shared->other, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
  return unused;
}

static void words(void) {
  unsigned me = syscall(SYS_gettid), *word = &shared->word;
  pthread_t thread, second;
  struct timespec past = {1, 0}, bad = {0, 2000000000};
  *word = 0;
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  TRUE(*word == me);
  CALL(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  NUMBER(*word);
  *word = FUTEX_OWNER_DIED | FUTEX_WAITERS;
  CALL(futex(word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
  TRUE(*word == (me | FUTEX_OWNER_DIED));
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  *word = 0x1fffffff;
  CALL(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  CALL(futex((char *)word + 1, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  CALL(futex((void *)8, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_LOCK_PI, 0, &bad, NULL, 0));
  CALL(futex(word, FUTEX_LOCK_PI | FUTEX_CLOCK_REALTIME, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 0, NULL, NULL, 0));
  *word = 0;
  holds_for = 60000;
  pthread_create(&thread, NULL, holds, NULL);
  usleep(20000);
  CALL(futex(word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
  TRUE(*word == (holder | FUTEX_WAITERS));
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_LOCK_PI, 0, &past, NULL, 0));
  CALL(futex(word, 13, 0, &past, NULL, 0));
  CALL(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  TRUE(*word == (me | FUTEX_WAITERS));
  pthread_join(thread, NULL);
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  NUMBER(*word);
  /* Two that wait: in their order; nobody wakes them otherwise. */
  futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
  holds_for = 20000;
  pthread_create(&thread, NULL, holds, NULL);
  usleep(10000);
  pthread_create(&second, NULL, holds, NULL);
  usleep(10000);
  CALL(futex(word, FUTEX_WAKE, 1, NULL, NULL, 0));
  TRUE(*word == (me | FUTEX_WAITERS));
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  TRUE((*word & FUTEX_WAITERS) != 0 && (*word & FUTEX_TID_MASK) != me);
  CALL(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  pthread_join(thread, NULL);
  pthread_join(second, NULL);
  /* In a circle. */
  pthread_create(&thread, NULL, takes_other, NULL);
  usleep(20000);
  CALL(futex(&shared->other, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  CALL(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
  pthread_join(thread, NULL);
  NUMBER(*word);
  NUMBER(shared->other & FUTEX_TID_MASK);
  /* A signal does not end it; an owner that ends without unlocking does. */
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGALRM, &action, NULL);
  holds_for = 0;
  *word = 0;
  pthread_create(&thread, NULL, holds, NULL);
  pthread_join(thread, NULL);
  CALL(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  *word = 0;
  holds_for = 60000;
  pthread_create(&thread, NULL, holds, NULL);
  usleep(10000);
  struct itimerval soon = {.it_value = {0, 10000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  CALL(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
  NUMBER(handled);
  pthread_join(thread, NULL);
}

static int robust_child(int with_offset, unsigned before, int is_pending) {
  static struct { long next, offset, pending; } head;
  static struct { long next; unsigned word; } entry;
  static int *result;
  int status;
  result = (int *)&shared->third;
  *result = 0;
  if (fork() == 0) {
    unsigned me = getpid();
    shared->other = before == 1 ? me : before == 2 ? me | FUTEX_WAITERS : before;
    long distance = (char *)&shared->other - (char *)&entry;
    head.next = is_pending ? (long)&head : (long)&entry;
    head.offset = distance + with_offset;
    head.pending = is_pending ? (long)&entry : 0;
    /* A circle is followed only so far. */
    entry.next = is_pending ? 0 : (long)&entry;
    syscall(SYS_set_robust_list, &head, sizeof head);
    _exit(0);
  }
  wait(&status);
  return shared->other & ~FUTEX_TID_MASK;
}

static void *waits(void *unused) {
  return (void *)futex(&shared->other, FUTEX_WAIT, 0, (void *)&brief, NULL, 0);
}

static void lists(void) {
  long head = 0, length = 0;
  int status;
  CALL(syscall(SYS_get_robust_list, 0, &head, &length));
  TRUE(head != 0);
  NUMBER(length);
  CALL(syscall(SYS_get_robust_list, 99999999, &head, &length));
  CALL(syscall(SYS_get_robust_list, 0, (void *)8, &length));
  CALL(syscall(SYS_set_robust_list, head, 23));
  fflush(stdout);
  if (fork() == 0) {
    setresuid(1000, 1000, 1000);
    CALL(syscall(SYS_get_robust_list, getppid(), &head, &length));
    exit(0);
  }
  wait(&status);
  NUMBER(robust_child(0, 1, 0));
  NUMBER(robust_child(0, 2, 0));
  NUMBER(robust_child(0, 77, 0));
  NUMBER(robust_child(1, 1, 0));
  NUMBER(robust_child(0, 1, 1));
  NUMBER(robust_child(0, 2, 1));
  pthread_t thread;
  void *result;
  shared->other = 0;
  pthread_create(&thread, NULL, waits, NULL);
  usleep(10000);
  NUMBER(robust_child(0, 0, 1));
  pthread_join(thread, &result);
  NUMBER((long)result);
}

/* One who was killed while it waited takes nobody's place. */
static void killed(void) {
  int status;
  shared->word = 0;
  pid_t first = fork();
  if (first == 0) _exit(futex(&shared->word, FUTEX_WAIT, 0, NULL, NULL, 0));
  usleep(20000);
  pid_t second = fork();
  if (second == 0) _exit(futex(&shared->word, FUTEX_WAIT, 0, NULL, NULL, 0));
  usleep(20000);
  kill(first, SIGKILL);
  waitpid(first, &status, 0);
  CALL(futex(&shared->word, FUTEX_WAKE, 1, NULL, NULL, 0));
  CALL(futex(&shared->word, FUTEX_WAKE, 1, NULL, NULL, 0));
  usleep(20000);
  kill(second, SIGTERM);
  waitpid(second, &status, 0);
  NUMBER(status);
}

static unsigned first_word, second_word;
static long woken(int operation, int argument, int comparison, int with) {
  return futex(&first_word, FUTEX_WAKE_OP, 1, (void *)1, &second_word,
               FUTEX_OP(operation, argument, comparison, with));
}
static void *waits_second(void *unused) {
  return (void *)futex(&second_word, FUTEX_WAIT, second_word, NULL, NULL, 0);
}

static void operations(void) {
  pthread_t thread;
  second_word = 5;
  CALL(woken(FUTEX_OP_SET, 9, FUTEX_OP_CMP_EQ, 5));
  NUMBER(second_word);
  CALL(woken(FUTEX_OP_ADD, -3, FUTEX_OP_CMP_LT, 5));
  NUMBER(second_word);
  CALL(woken(FUTEX_OP_OR, 9, FUTEX_OP_CMP_GT, 5));
  NUMBER(second_word);
  CALL(woken(FUTEX_OP_ANDN, 1, FUTEX_OP_CMP_LE, 5));
  NUMBER(second_word);
  CALL(woken(FUTEX_OP_XOR, 0xff, FUTEX_OP_CMP_GE, 5));
  NUMBER(second_word);
  CALL(woken(FUTEX_OP_SET | 8, 4, FUTEX_OP_CMP_NE, 5));
  NUMBER(second_word);
  CALL(woken(7, 4, FUTEX_OP_CMP_NE, 5));
  CALL(futex(&first_word, FUTEX_WAKE_OP, 1, (void *)1, (void *)8, 0));
  pthread_create(&thread, NULL, waits_second, NULL);
  usleep(20000);
  CALL(woken(FUTEX_OP_SET, 4, FUTEX_OP_CMP_EQ, 5));
  second_word = 16;
  CALL(woken(FUTEX_OP_SET, 4, FUTEX_OP_CMP_EQ, 16));
  pthread_join(thread, NULL);
}

int main(int count, char **arguments) {
  if (count > 1) return 0;
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  mutexes(PTHREAD_PRIO_NONE, 0);
  mutexes(PTHREAD_PRIO_NONE, 1);
  mutexes(PTHREAD_PRIO_INHERIT, 0);
  mutexes(PTHREAD_PRIO_INHERIT, 1);
  inherits();
  words();
  lists();
  killed();
  operations();
  return 0;
}
