/* clock_gettime(2), nanosleep(2), gettimeofday(2), and what else tells about the system. */
#include "check.h"
#include <sys/random.h>
#include <sys/sysinfo.h>

static long milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
  return 0;
}
