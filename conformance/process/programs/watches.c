/* inotify(7), pidfd_open(2), timer_create(2), copy_file_range(2), getxattr(2). */
#include "check.h"
#include <sys/inotify.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>

static void drain(int fd) {
  char buffer[4096];
  long length = read(fd, buffer, sizeof buffer);
  if (length < 0) printf("nothing: %s\n", strerrorname_np(errno));
  for (long at = 0; at < length;) {
    struct inotify_event *event = (void *)(buffer + at);
    printf("%d %x %u %s%s\n", event->wd, event->mask, event->len, event->len ? event->name : "-",
           event->cookie ? " cookie" : "");
    at += sizeof *event + event->len;
  }
  fflush(stdout);
}

static void notices(void) {
  CALL(mkdir("watched", 0755));
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  TRUE(fd >= 0);
  CALL(inotify_add_watch(fd, "missing", IN_ALL_EVENTS));
  CALL(inotify_add_watch(fd, "watched", 0));
  CALL(inotify_add_watch(fd, "watched", IN_ALL_EVENTS));
  CALL(inotify_add_watch(fd, "watched", IN_ALL_EVENTS | IN_MASK_CREATE));
  drain(fd);
  int file = open("watched/file", O_CREAT | O_RDWR, 0600);
  drain(fd);
  write(file, "x", 1);
  write(file, "x", 1);
  drain(fd);
  char byte;
  pread(file, &byte, 1, 0);
  ftruncate(file, 0);
  fchmod(file, 0640);
  drain(fd);
  close(file);
  drain(fd);
  rename("watched/file", "watched/other");
  drain(fd);
  mkdir("watched/folder", 0700);
  symlink("x", "watched/link");
  drain(fd);
  int single = inotify_add_watch(fd, "watched/other", IN_DELETE_SELF | IN_ATTRIB);
  NUMBER(single);
  unlink("watched/other");
  drain(fd);
  rmdir("watched/folder");
  unlink("watched/link");
  drain(fd);
  CALL(inotify_rm_watch(fd, 1));
  CALL(inotify_rm_watch(fd, 1));
  drain(fd);
  CALL(rmdir("watched"));
  CALL(inotify_add_watch(0, ".", IN_CREATE));
  CALL(close(fd));
}

static void pidfds(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  int fd = syscall(SYS_pidfd_open, child, 0);
  TRUE(fd >= 0);
  NUMBER(fcntl(fd, F_GETFD));
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  CALL(poll(&polled, 1, 0));
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
  CALL(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0));
  CALL(poll(&polled, 1, 5000));
  NUMBER(polled.revents);
  siginfo_t info = {0};
  CALL(waitid(P_PIDFD, fd, &info, WEXITED));
  TRUE(info.si_pid == child);
  NUMBER(info.si_code);
  NUMBER(info.si_status);
  CALL(waitid(P_PIDFD, fd, &info, WEXITED));
  CALL(waitid(P_PIDFD, 1, &info, WEXITED));
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
  CALL(syscall(SYS_pidfd_open, child, 0));
  CALL(syscall(SYS_pidfd_open, -1, 0));
  CALL(syscall(SYS_pidfd_open, getpid(), 12345));
  close(fd);
}

static volatile int alarms, value;

static void onAlarm(int signal, siginfo_t *info, void *context) {
  alarms++;
  value = info->si_value.sival_int;
}

static void timers(void) {
  struct sigaction action = {.sa_sigaction = onAlarm, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  event.sigev_value.sival_int = 42;
  timer_t timer, none;
  CALL(timer_create(CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec once = {.it_value = {0, 20000000}}, now;
  CALL(timer_gettime(timer, &now));
  NUMBER(now.it_value.tv_nsec);
  CALL(timer_settime(timer, 0, &once, NULL));
  CALL(timer_gettime(timer, &now));
  TRUE(now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 20000000);
  while (alarms == 0) pause();
  NUMBER(value);
  CALL(timer_getoverrun(timer));
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct itimerspec often = {.it_value = {0, 5000000}, .it_interval = {0, 5000000}};
  CALL(timer_settime(timer, 0, &often, NULL));
  usleep(60000);
  siginfo_t info;
  CALL(sigwaitinfo(&set, &info));
  NUMBER(info.si_code);
  TRUE(info.si_overrun >= 8 && info.si_overrun < 200);
  often.it_value.tv_nsec = 2000000000;
  CALL(timer_settime(timer, 0, &often, NULL));
  CALL(timer_delete(timer));
  struct sigevent bad = {.sigev_notify = 77};
  CALL(timer_create(CLOCK_MONOTONIC, &bad, &none));
  CALL(timer_create(1234, NULL, &none));
  CALL(syscall(SYS_timer_delete, 12345));
  struct sigevent silent = {.sigev_notify = SIGEV_NONE};
  CALL(timer_create(CLOCK_REALTIME, &silent, &none));
  once.it_value.tv_nsec = 1000000;
  CALL(timer_settime(none, 0, &once, NULL));
  usleep(5000);
  CALL(timer_gettime(none, &now));
  NUMBER(now.it_value.tv_nsec);
}

static void copies(void) {
  int from = open("from", O_CREAT | O_RDWR, 0600), to = open("to", O_CREAT | O_RDWR, 0600), p[2];
  CALL(write(from, "0123456789", 10));
  off_t start = 2, target = 5;
  CALL(copy_file_range(from, &start, to, &target, 4, 0));
  NUMBER(start);
  NUMBER(target);
  struct stat st;
  fstat(to, &st);
  NUMBER(st.st_size);
  CALL(copy_file_range(from, NULL, to, NULL, 4, 0));
  CALL(lseek(from, 8, SEEK_SET));
  CALL(copy_file_range(from, NULL, to, NULL, 100, 0));
  CALL(lseek(from, 0, SEEK_CUR));
  CALL(lseek(to, 0, SEEK_CUR));
  CALL(copy_file_range(from, NULL, to, NULL, 100, 1));
  start = 0;
  target = 1;
  CALL(copy_file_range(from, &start, from, &target, 5, 0));
  pipe(p);
  CALL(copy_file_range(from, NULL, p[1], NULL, 5, 0));
  start = -1;
  CALL(sendfile(p[1], from, &start, 5));
  start = 3;
  CALL(sendfile(p[1], from, &start, 5));
  NUMBER(start);
  CALL(sendfile(p[1], p[0], NULL, 5));
  fcntl(p[1], F_SETFL, O_NONBLOCK);
  ftruncate(from, 200000);
  lseek(from, 0, SEEK_SET);
  CALL(lseek(from, 0, SEEK_CUR) == sendfile(p[1], from, NULL, 200000) - sendfile(p[1], from, NULL, 0));
  close(from);
  close(to);
}

static void extended(void) {
  char buffer[64], longName[400] = "user.";
  memset(longName + 5, 'x', 380);
  close(open("plain", O_CREAT | O_RDWR, 0600));
  CALL(setxattr("plain", "user.name", "value", 5, 77));
  CALL(setxattr("plain", "", "value", 5, 0));
  CALL(setxattr("plain", longName, "value", 5, 0));
  CALL(setxattr("plain", "user.name", "value", 100000, 0));
  CALL(setxattr("missing", "user.name", "value", 5, 0));
  CALL(getxattr("plain", "strange.name", buffer, 64));
  CALL(getxattr("missing", "user.name", buffer, 64));
  TRUE(getxattr("plain", "user.none", buffer, 64) == -1 && (errno == ENODATA || errno == EOPNOTSUPP));
  CALL(listxattr("missing", buffer, 64));
  CALL(fgetxattr(-1, "user.name", buffer, 64));
}

int main(void) {
  notices();
  pidfds();
  timers();
  copies();
  extended();
  return 0;
}
