/* Asks for the time as libraries do: there is no vDSO, so that each question is a system call. */
#include "../programs/check.h"
#include <sys/auxv.h>

int main(void) {
  struct timespec time, later;
  struct timeval day;
  unsigned cpu = 7, node = 7;
  NUMBER(getauxval(AT_SYSINFO_EHDR));
  NUMBER(getauxval(AT_PAGESZ));
  CALL(clock_gettime(CLOCK_MONOTONIC, &time));
  CALL(clock_gettime(CLOCK_MONOTONIC, &later));
  TRUE(later.tv_sec > time.tv_sec || (later.tv_sec == time.tv_sec && later.tv_nsec >= time.tv_nsec));
  CALL(clock_gettime(CLOCK_REALTIME, &time));
  CALL(gettimeofday(&day, NULL));
  TRUE(labs(day.tv_sec - time.tv_sec) <= 1);
  CALL(clock_getres(CLOCK_MONOTONIC, &time));
  CALL(getcpu(&cpu, &node));
  NUMBER(cpu);
  NUMBER(node);
  return 0;
}
