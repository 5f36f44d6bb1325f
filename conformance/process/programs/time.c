/* clock_gettime(2), nanosleep(2), gettimeofday(2), and what else tells about the system. */
#include "check.h"
#include <sys/random.h>
#include <sys/sysinfo.h>

static long milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static volatile sig_atomic_t expired;

static void expire(int signal) { expired = signal; }

/* Timers of processor time: they stand while the process sleeps. */
static void processor_time(void) {
  struct itimerval every = {{0, 10000}, {0, 10000}}, once = {{0, 0}, {0, 20000}}, none = {{0, 0}, {0, 0}}, was;
  struct timespec brief = {0, 50000000};
  signal(SIGPROF, expire);
  signal(SIGVTALRM, expire);
  signal(SIGUSR1, expire);
  CALL(setitimer(ITIMER_PROF, &every, NULL));
  CALL(nanosleep(&brief, NULL));
  NUMBER(expired);
  for (int times = 0; times < 3; times++) {
    expired = 0;
    while (!expired) continue;
    NUMBER(expired);
  }
  CALL(getitimer(ITIMER_PROF, &was));
  NUMBER(was.it_interval.tv_usec);
  TRUE(was.it_value.tv_usec > 0 && was.it_value.tv_usec <= 20000);
  CALL(setitimer(ITIMER_PROF, &none, &was));
  NUMBER(was.it_interval.tv_usec);
  expired = 0;
  CALL(setitimer(ITIMER_VIRTUAL, &once, NULL));
  while (!expired) continue;
  NUMBER(expired);
  CALL(getitimer(ITIMER_VIRTUAL, &was));
  NUMBER(was.it_value.tv_usec + was.it_interval.tv_usec);
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  struct itimerspec after = {{0, 0}, {0, 20000000}}, left;
  CALL(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer));
  CALL(timer_settime(timer, 0, &after, NULL));
  while (expired != SIGUSR1) continue;
  NUMBER(expired);
  CALL(timer_gettime(timer, &left));
  NUMBER(left.it_value.tv_nsec);
  CALL(timer_delete(timer));
}

int main(void) {
  struct timespec time, brief = {0, 30000000};
  CALL(clock_gettime(CLOCK_REALTIME, &time));
  TRUE(time.tv_sec > 1600000000);
  CALL(clock_gettime(CLOCK_MONOTONIC, &time));
  CALL(clock_gettime(CLOCK_BOOTTIME, &time));
  CALL(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time));
  CALL(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time));
  CALL(clock_gettime(12345, &time));
  CALL(clock_getres(CLOCK_MONOTONIC, &time));
  long before = milliseconds(CLOCK_MONOTONIC);
  CALL(nanosleep(&brief, NULL));
  TRUE(milliseconds(CLOCK_MONOTONIC) - before >= 30);
  TRUE(milliseconds(CLOCK_MONOTONIC) - before < 3000);
  before = milliseconds(CLOCK_MONOTONIC);
  clock_gettime(CLOCK_MONOTONIC, &time);
  time.tv_nsec += 30000000;
  if (time.tv_nsec >= 1000000000) time.tv_sec++, time.tv_nsec -= 1000000000;
  CALL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL));
  TRUE(milliseconds(CLOCK_MONOTONIC) - before >= 30);
  CALL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL));
  NUMBER(clock_nanosleep(12345, 0, &brief, NULL));
  brief.tv_nsec = -1;
  CALL(nanosleep(&brief, NULL));
  brief.tv_nsec = 1000000000;
  CALL(nanosleep(&brief, NULL));
  struct timeval tv;
  CALL(gettimeofday(&tv, NULL));
  TRUE(tv.tv_sec - milliseconds(CLOCK_REALTIME) / 1000 <= 1);
  struct tms t;
  TRUE(times(&t) > 0);
  char bytes[64] = {0};
  CALL(getrandom(bytes, 64, 0));
  int zeros = 0;
  for (int i = 0; i < 64; i++) zeros += bytes[i] == 0;
  TRUE(zeros < 16);
  CALL(getrandom(bytes, 64, 99));
  struct sysinfo si;
  CALL(sysinfo(&si));
  TRUE(si.totalram > 0);
  NUMBER(si.mem_unit);
  struct rlimit limit;
  CALL(getrlimit(RLIMIT_STACK, &limit));
  TRUE(limit.rlim_cur >= 1 << 20);
  CALL(getrlimit(99, &limit));
  limit.rlim_cur = 10;
  limit.rlim_max = 5;
  CALL(setrlimit(RLIMIT_CORE, &limit));
  NUMBER(sysconf(_SC_PAGESIZE));
  NUMBER(sysconf(_SC_CLK_TCK));
  NUMBER(getpagesize());
  TRUE(getenv("PATH") != NULL);
  struct timespec moment, later;
  clock_gettime(CLOCK_REALTIME, &moment);
  moment.tv_sec += 1;
  int descriptor = timerfd_create(CLOCK_REALTIME, 0);
  struct itimerspec at = {.it_value = moment}, left;
  CALL(timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &at, NULL));
  CALL(timerfd_gettime(descriptor, &left));
  TRUE(left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 500000000);
  clock_gettime(CLOCK_REALTIME, &moment);
  moment.tv_nsec += 20000000;
  if (moment.tv_nsec >= 1000000000) moment.tv_sec++, moment.tv_nsec -= 1000000000;
  CALL(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &moment, NULL));
  clock_gettime(CLOCK_REALTIME, &later);
  TRUE(later.tv_sec > moment.tv_sec || (later.tv_sec == moment.tv_sec && later.tv_nsec >= moment.tv_nsec));
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  pthread_mutex_lock(&mutex);
  clock_gettime(CLOCK_REALTIME, &moment);
  moment.tv_sec += 1;
  TRUE(pthread_cond_timedwait(&condition, &mutex, &moment) == ETIMEDOUT);
  clock_gettime(CLOCK_REALTIME, &later);
  TRUE(later.tv_sec > moment.tv_sec || (later.tv_sec == moment.tv_sec && later.tv_nsec >= moment.tv_nsec));
  CALL(setpriority(PRIO_PROCESS, 0, 7));
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(setpriority(PRIO_PROCESS, 0, 100));
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(setpriority(9, 0, 100));
  CALL(getpriority(PRIO_PROCESS, 99999999));
  processor_time();
  return 0;
}
