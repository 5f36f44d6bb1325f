/* Prints what system calls give, one line for each check, so that two systems can be compared. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

/* The value of a call, and its errno where it is -1. */
#define CALL(expression)                                                              \
  do {                                                                                \
    errno = 0;                                                                        \
    long value_ = (long)(expression);                                                 \
    if (value_ == -1)                                                                 \
      printf("%s = -1 %s\n", #expression, strerrorname_np(errno));                    \
    else                                                                              \
      printf("%s = %ld\n", #expression, value_);                                      \
    fflush(stdout);                                                                   \
  } while (0)

/* Whether something is so: where the value itself differs between systems. */
#define TRUE(expression)                                                              \
  do {                                                                                \
    printf("%s: %s\n", #expression, (expression) ? "yes" : "no");                     \
    fflush(stdout);                                                                   \
  } while (0)

#define NUMBER(expression)                                                            \
  do {                                                                                \
    printf("%s: %ld\n", #expression, (long)(expression));                             \
    fflush(stdout);                                                                   \
  } while (0)

#define TEXT(expression)                                                              \
  do {                                                                                \
    printf("%s: \"%s\"\n", #expression, (expression));                                \
    fflush(stdout);                                                                   \
  } while (0)
