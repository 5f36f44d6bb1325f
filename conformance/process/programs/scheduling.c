/* sched(7): policies, priorities, and what children inherit of them. */
#include "check.h"

struct attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t least, most;
  uint64_t more;
};

static struct attributes attributes;
static long get(pid_t id, void *at, unsigned size, unsigned flags) {
  return syscall(SYS_sched_getattr, id, at, size, flags);
}
static long set(pid_t id, void *at, unsigned flags) { return syscall(SYS_sched_setattr, id, at, flags); }

static void show(void) {
  memset(&attributes, 0, sizeof attributes);
  CALL(get(0, &attributes, 48, 0));
  NUMBER(attributes.size);
  NUMBER(attributes.policy);
  NUMBER(attributes.flags);
  NUMBER(attributes.nice);
  NUMBER(attributes.priority);
}

static long try(int policy, int priority, int flags, int nice) {
  attributes = (struct attributes){
      .size = 48, .policy = policy, .priority = priority, .flags = flags, .nice = nice};
  return set(0, &attributes, 0);
}

static void *in_thread(void *unused) {
  CALL(syscall(SYS_sched_getscheduler, 0));
  CALL(syscall(SYS_sched_getscheduler, getpid()));
  return unused;
}

static void children(void) {
  int status;
  fflush(stdout);
  if (fork() == 0) {
    CALL(sched_getscheduler(0));
    show();
    exit(0);
  }
  wait(&status);
  pthread_t thread;
  pthread_create(&thread, NULL, in_thread, NULL);
  pthread_join(thread, NULL);
}

int main(void) {
  struct sched_param parameter = {0};
  struct timespec interval;
  for (int policy = -1; policy <= 6; policy++) {
    CALL(sched_get_priority_max(policy));
    CALL(sched_get_priority_min(policy));
  }
  CALL(sched_getscheduler(0));
  CALL(sched_getscheduler(getpid()));
  CALL(sched_getscheduler(-1));
  CALL(sched_getscheduler(99999999));
  CALL(sched_getparam(0, &parameter));
  CALL(sched_getparam(0, NULL));
  CALL(sched_getparam(-1, &parameter));
  CALL(sched_getparam(99999999, &parameter));
  CALL(sched_getparam(0, (void *)8));
  CALL(sched_setscheduler(0, -1, &parameter));
  CALL(sched_setscheduler(0, 4, &parameter));
  CALL(sched_setscheduler(0, SCHED_OTHER, NULL));
  CALL(sched_setscheduler(-1, SCHED_OTHER, &parameter));
  CALL(sched_setscheduler(99999999, SCHED_OTHER, &parameter));
  CALL(sched_setscheduler(99999999, SCHED_OTHER, (void *)8));
  CALL(sched_setscheduler(0, SCHED_FIFO, &parameter));
  CALL(sched_setscheduler(0, 6, &parameter));
  parameter.sched_priority = 5;
  CALL(sched_setscheduler(0, SCHED_OTHER, &parameter));
  CALL(sched_setparam(0, &parameter));
  show();
  CALL(get(0, NULL, 48, 0));
  CALL(get(0, &attributes, 47, 0));
  CALL(get(0, &attributes, 4097, 0));
  CALL(get(0, &attributes, 48, 1));
  CALL(get(-1, &attributes, 48, 0));
  CALL(get(99999999, &attributes, 48, 0));
  CALL(get(0, (void *)8, 48, 0));
  CALL(get(0, &attributes, 64, 0));
  NUMBER(attributes.size);
  CALL(set(0, NULL, 0));
  CALL(set(0, &attributes, 1));
  CALL(set(-1, &attributes, 0));
  CALL(set(0, (void *)8, 0));
  attributes = (struct attributes){.size = 20};
  CALL(set(0, &attributes, 0));
  NUMBER(attributes.size);
  attributes = (struct attributes){.size = 64, .more = 1};
  CALL(set(0, &attributes, 0));
  NUMBER(attributes.size);
  attributes = (struct attributes){.size = 64};
  CALL(set(0, &attributes, 0));
  attributes = (struct attributes){.size = 0};
  CALL(set(0, &attributes, 0));
  CALL(set(99999999, &attributes, 0));
  CALL(try(-1, 0, 0, 0));
  CALL(try(4, 0, 0, 0));
  CALL(try(0, 0, 0x8000, 0));
  CALL(try(SCHED_BATCH, 0, 0, 3));
  show();
  CALL(try(SCHED_OTHER, 1, 0, 0));
  CALL(try(SCHED_OTHER, 0, 8, 7));
  show();
  NUMBER(getpriority(PRIO_PROCESS, 0));
  CALL(try(SCHED_IDLE, 9, 16, 12));
  show();
  CALL(try(SCHED_OTHER, 0, 1, 6));
  show();
  children();
  CALL(try(SCHED_OTHER, 0, 0, 100));
  show();
  NUMBER(sched_getscheduler(0));

  /* What only root may, and then without. */
  if (fork() == 0) {
    parameter.sched_priority = 7;
    CALL(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &parameter));
    NUMBER(sched_getscheduler(0));
    children();
    CALL(sched_setscheduler(0, SCHED_RR, &parameter));
    children();
    parameter.sched_priority = 100;
    CALL(sched_setparam(0, &parameter));
    parameter.sched_priority = 9;
    CALL(sched_setparam(0, &parameter));
    parameter.sched_priority = 1;
    CALL(sched_getparam(0, &parameter));
    NUMBER(parameter.sched_priority);
    CALL(sched_rr_get_interval(0, &interval));
    NUMBER(interval.tv_nsec);
    CALL(sched_setscheduler(0, SCHED_FIFO, &parameter));
    CALL(sched_rr_get_interval(0, &interval));
    NUMBER(interval.tv_nsec);
    setresuid(1000, 1000, 1000);
    CALL(sched_setparam(0, &parameter));
    parameter.sched_priority = 10;
    CALL(sched_setparam(0, &parameter));
    parameter.sched_priority = 8;
    CALL(sched_setparam(0, &parameter));
    parameter.sched_priority = 0;
    CALL(sched_setscheduler(0, SCHED_OTHER, &parameter));
    parameter.sched_priority = 1;
    CALL(sched_setscheduler(0, SCHED_RR, &parameter));
    CALL(sched_setscheduler(getppid(), SCHED_RR, &parameter));
    CALL(try(SCHED_OTHER, 0, 0, 18));
    CALL(try(SCHED_OTHER, 0, 1, 19));
    CALL(try(SCHED_OTHER, 0, 0, 19));
    exit(0);
  }
  int status;
  wait(&status);
  CALL(sched_rr_get_interval(-1, &interval));
  CALL(sched_rr_get_interval(99999999, &interval));
  CALL(sched_rr_get_interval(0, (void *)8));
  cpu_set_t cpus;
  CALL(sched_getaffinity(99999999, sizeof cpus, &cpus));
  CPU_ZERO(&cpus);
  CALL(sched_setaffinity(0, sizeof cpus, &cpus));
  CPU_SET(0, &cpus);
  CALL(sched_setaffinity(0, sizeof cpus, &cpus));
  CALL(sched_setaffinity(99999999, sizeof cpus, &cpus));
  CALL(sched_setaffinity(0, sizeof cpus, (void *)8));
  return 0;
}
