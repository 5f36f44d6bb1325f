/* sigaction(2), sigprocmask(2), sigsuspend(2), sigaltstack(2), sigwaitinfo(2), kill(2), signal(7), setitimer(2). */
#include "check.h"

static volatile sig_atomic_t count, last, code, value;
static void *volatile stack_at;
static pid_t sender;

static void handler(int signal) {
  int local;
  count++;
  last = signal;
  stack_at = &local;
}

static void with_info(int signal, siginfo_t *info, void *context) {
  handler(signal);
  code = info->si_code;
  value = info->si_value.sival_int;
  sender = info->si_pid;
}

static void install(int signal, void (*function)(int), int flags) {
  struct sigaction action = {.sa_handler = function, .sa_flags = flags};
  CALL(sigaction(signal, &action, NULL));
}

static double registers(double a) {
  double b = a * 3.25;
  raise(SIGUSR1);
  return a + b;
}

int main(void) {
  install(SIGUSR1, handler, 0);
  install(SIGKILL, handler, 0);
  install(SIGSTOP, handler, 0);
  install(65, handler, 0);
  install(0, handler, 0);
  CALL(raise(SIGUSR1));
  NUMBER(count);
  NUMBER(last);
  NUMBER((long)(registers(2.0) * 100));
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGKILL);
  CALL(sigprocmask(SIG_BLOCK, &set, &old));
  CALL(sigismember(&old, SIGUSR1));
  CALL(sigprocmask(99, &set, NULL));
  CALL(sigprocmask(SIG_BLOCK, NULL, &old));
  CALL(sigismember(&old, SIGUSR1));
  CALL(sigismember(&old, SIGKILL));
  count = 0;
  CALL(raise(SIGUSR1));
  CALL(raise(SIGUSR1));
  NUMBER(count);
  CALL(sigpending(&old));
  CALL(sigismember(&old, SIGUSR1));
  sigset_t none;
  sigemptyset(&none);
  CALL(sigsuspend(&none));
  NUMBER(count);
  CALL(raise(SIGUSR1));
  CALL(sigprocmask(SIG_UNBLOCK, &set, NULL));
  NUMBER(count);
  struct sigaction info = {.sa_sigaction = with_info, .sa_flags = SA_SIGINFO};
  CALL(sigaction(SIGUSR2, &info, NULL));
  CALL(kill(getpid(), SIGUSR2));
  NUMBER(code);
  TRUE(sender == getpid());
  CALL(raise(SIGUSR2));
  NUMBER(code);
  union sigval v = {.sival_int = 42};
  CALL(sigqueue(getpid(), SIGUSR2, v));
  NUMBER(code);
  NUMBER(value);
  static char alternate[65536];
  stack_t ss = {.ss_sp = alternate, .ss_size = sizeof alternate}, os;
  CALL(sigaltstack(&ss, NULL));
  CALL(sigaltstack(NULL, &os));
  NUMBER(os.ss_flags);
  TRUE(os.ss_sp == alternate);
  install(SIGUSR1, handler, SA_ONSTACK);
  CALL(raise(SIGUSR1));
  TRUE((char *)stack_at >= alternate && (char *)stack_at < alternate + sizeof alternate);
  install(SIGUSR1, handler, 0);
  CALL(raise(SIGUSR1));
  TRUE((char *)stack_at >= alternate && (char *)stack_at < alternate + sizeof alternate);
  ss.ss_size = 100;
  CALL(sigaltstack(&ss, NULL));
  ss.ss_flags = 77;
  CALL(sigaltstack(&ss, NULL));
  install(SIGUSR1, handler, SA_RESETHAND);
  CALL(raise(SIGUSR1));
  struct sigaction now;
  CALL(sigaction(SIGUSR1, NULL, &now));
  TRUE(now.sa_handler == SIG_DFL);
  int p[2];
  char byte;
  pipe(p);
  pid_t parent = getpid(), pid;
  install(SIGUSR1, handler, 0);
  count = 0;
  fflush(stdout);
  if ((pid = fork()) == 0) {
    usleep(100000);
    kill(parent, SIGUSR1);
    _exit(0);
  }
  CALL(read(p[0], &byte, 1));
  NUMBER(count);
  waitpid(pid, NULL, 0);
  install(SIGUSR1, handler, SA_RESTART);
  fflush(stdout);
  if ((pid = fork()) == 0) {
    usleep(100000);
    kill(parent, SIGUSR1);
    usleep(100000);
    write(p[1], "x", 1);
    _exit(0);
  }
  CALL(read(p[0], &byte, 1));
  NUMBER(count);
  waitpid(pid, NULL, 0);
  fflush(stdout);
  if ((pid = fork()) == 0) {
    usleep(100000);
    kill(parent, SIGUSR1);
    _exit(0);
  }
  struct timespec second = {5, 0}, left = {0, 0};
  CALL(nanosleep(&second, &left));
  TRUE(left.tv_sec == 4);
  waitpid(pid, NULL, 0);
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigaddset(&set, SIGRTMIN + 1);
  CALL(sigprocmask(SIG_BLOCK, &set, NULL));
  for (int i = 3; i > 0; i--) {
    v.sival_int = i;
    sigqueue(getpid(), SIGRTMIN + i % 2, v);
  }
  siginfo_t got;
  for (int i = 0; i < 3; i++) {
    CALL(sigwaitinfo(&set, &got) - SIGRTMIN);
    NUMBER(got.si_value.sival_int);
  }
  struct timespec zero = {0, 0};
  CALL(sigtimedwait(&set, &got, &zero));
  int sfd = signalfd(-1, &set, 0);
  TRUE(sfd >= 0);
  v.sival_int = 5;
  sigqueue(getpid(), SIGRTMIN, v);
  struct signalfd_siginfo si;
  CALL(read(sfd, &si, sizeof si));
  NUMBER(si.ssi_int);
  CALL(read(sfd, &si, 5));
  install(SIGALRM, handler, 0);
  count = 0;
  struct itimerval timer = {{0, 20000}, {0, 20000}};
  CALL(setitimer(ITIMER_REAL, &timer, NULL));
  while (count < 3) pause();
  timer.it_value.tv_usec = timer.it_interval.tv_usec = 0;
  struct itimerval before;
  CALL(setitimer(ITIMER_REAL, &timer, &before));
  NUMBER(before.it_interval.tv_usec);
  CALL(alarm(100));
  CALL(alarm(0));
  timer.it_value.tv_usec = 1000000;
  CALL(setitimer(ITIMER_REAL, &timer, NULL));
  CALL(setitimer(7, &timer, NULL));
  signal(SIGCHLD, SIG_IGN);
  fflush(stdout);
  if (fork() == 0) _exit(0);
  CALL(wait(NULL));
  signal(SIGCHLD, SIG_DFL);
  struct sigaction child = {.sa_sigaction = with_info, .sa_flags = SA_SIGINFO};
  CALL(sigaction(SIGCHLD, &child, NULL));
  fflush(stdout);
  if ((pid = fork()) == 0) _exit(33);
  while (last != SIGCHLD) usleep(1000);
  NUMBER(code);
  TRUE(sender == pid);
  wait(NULL);
  fflush(stdout);
  int status;
  if ((pid = fork()) == 0) {
    signal(SIGSEGV, SIG_IGN);
    *(volatile int *)8 = 0;
    _exit(0);
  }
  while (waitpid(pid, &status, 0) < 0) {
  }
  NUMBER(WTERMSIG(status));
  if ((pid = fork()) == 0) {
    volatile char *bad = (char *)(intptr_t)-4096;
    __asm__ volatile("" ::: "memory");
    *bad = 1;
    _exit(0);
  }
  while (waitpid(pid, &status, 0) < 0) {
  }
  NUMBER(WTERMSIG(status));
  return 0;
}
