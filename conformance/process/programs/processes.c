/* fork(2), vfork(2), execve(2), wait(2), waitid(2), exit(2), process groups and sessions, getpid(2). */
#include "check.h"
#include <spawn.h>

extern char **environ;

static int run(int (*child)(void)) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) _exit(child());
  int status;
  waitpid(pid, &status, 0);
  return status;
}

static int seven(void) { return 7; }
static int aborts(void) { abort(); }
static int kills(void) { return kill(getpid(), SIGKILL); }
static int segfaults(void) { return *(volatile int *)8; }
static int large(void) { return 0x1234; }
static int orphan(void) {
  pid_t parent = getppid();
  return parent > 0 ? 0 : 1;
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "child") == 0) {
    printf("child: %d arguments, last %s, variable %s\n", count, arguments[count - 1], getenv("CHECK"));
    return 9;
  }
  int status;
  status = run(seven);
  TRUE(WIFEXITED(status));
  NUMBER(WEXITSTATUS(status));
  status = run(aborts);
  TRUE(WIFSIGNALED(status));
  NUMBER(WTERMSIG(status));
  status = run(kills);
  NUMBER(WTERMSIG(status));
  status = run(segfaults);
  NUMBER(WTERMSIG(status));
  status = run(large);
  NUMBER(WEXITSTATUS(status));
  NUMBER(WEXITSTATUS(run(orphan)));
  CALL(wait(&status));
  CALL(waitpid(1 << 20, &status, 0));
  CALL(waitpid(-1, &status, 0x1000));
  pid_t pid = fork();
  if (pid == 0) {
    pause();
    _exit(1);
  }
  CALL(waitpid(pid, &status, WNOHANG));
  CALL(kill(pid, SIGSTOP));
  TRUE(waitpid(pid, &status, WUNTRACED) == pid);
  TRUE(WIFSTOPPED(status));
  NUMBER(WSTOPSIG(status));
  CALL(waitpid(pid, &status, WNOHANG | WUNTRACED));
  CALL(kill(pid, SIGCONT));
  TRUE(waitpid(pid, &status, WCONTINUED) == pid);
  TRUE(WIFCONTINUED(status));
  CALL(kill(pid, 0));
  CALL(kill(pid, SIGTERM));
  siginfo_t info;
  CALL(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  TRUE(info.si_pid == pid);
  NUMBER(info.si_code);
  NUMBER(info.si_status);
  CALL(waitid(P_PID, pid, &info, WEXITED));
  CALL(waitid(P_PID, pid, &info, WEXITED));
  CALL(waitid(P_ALL, 0, &info, 0));
  CALL(kill(pid, 0));
  TRUE(getpid() > 0);
  TRUE(gettid() == getpid());
  char *child[] = {"self", "child", "last word", NULL};
  char *environment[] = {"CHECK=value", NULL};
  fflush(stdout);
  if ((pid = fork()) == 0) {
    execve("/proc/self/exe", child, environment);
    _exit(99);
  }
  waitpid(pid, &status, 0);
  NUMBER(WEXITSTATUS(status));
  if ((pid = vfork()) == 0) {
    execve("/proc/self/exe", child, environment);
    _exit(99);
  }
  waitpid(pid, &status, 0);
  NUMBER(WEXITSTATUS(status));
  int spawned = posix_spawn(&pid, "/proc/self/exe", NULL, NULL, child, environment);
  waitpid(pid, &status, 0);
  NUMBER(spawned);
  NUMBER(WEXITSTATUS(status));
  CALL(posix_spawn(&pid, "./missing", NULL, NULL, child, environment));
  CALL(execve("missing", child, environment));
  CALL(execve(".", child, environment));
  close(open("plain", O_CREAT | O_WRONLY, 0644));
  CALL(execve("plain", child, environment));
  close(open("empty", O_CREAT | O_WRONLY, 0755));
  CALL(execve("empty", child, environment));
  CALL(execve("plain/x", child, environment));
  int fd = open("script", O_CREAT | O_WRONLY, 0755);
  write(fd, "#!/nowhere/interpreter\n", 23);
  close(fd);
  CALL(execve("script", child, environment));
  int p[2];
  CALL(pipe2(p, O_CLOEXEC));
  TRUE(getpgrp() > 0);
  fflush(stdout);
  if ((pid = fork()) == 0) {
    CALL(setpgid(0, 0));
    TRUE(getpgrp() == getpid());
    CALL(setsid());
    CALL(setpgid(0, 0));
    if (fork() == 0) {
      TRUE(setsid() == getpid());
      TRUE(getsid(0) == getpid());
      CALL(setpgid(0, 0));
      CALL(setsid());
      _exit(0);
    }
    wait(NULL);
    _exit(0);
  }
  waitpid(pid, &status, 0);
  CALL(setpgid(1 << 20, 0));
  CALL(getpgid(1 << 20));
  CALL(getsid(1 << 20));
  CALL(kill(1 << 20, 0));
  CALL(kill(getpid(), 65));
  CALL(kill(-(1 << 20), 0));
  TRUE(getuid() == geteuid());
  struct utsname name;
  CALL(uname(&name));
  TEXT(name.sysname);
  CALL(sched_yield());
  struct rusage usage;
  CALL(getrusage(RUSAGE_SELF, &usage));
  CALL(getrusage(99, &usage));
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(getpriority(9, 0));
  CALL(setpriority(9, 0, 0));
  CALL(getpriority(PRIO_PROCESS, 1 << 20));
  CALL(setpriority(PRIO_PROCESS, 1 << 20, 5));
  CALL(syscall(SYS_clone, 0x10000, 0, 0, 0, 0));
  CALL(syscall(9999));
  CALL(nice(0));
  CALL(setpriority(PRIO_PROCESS, 0, 3));
  CALL(getpriority(PRIO_PROCESS, getpid()));
  CALL(nice(100));
  pid = fork();
  if (pid == 0) {
    CALL(getpriority(PRIO_PROCESS, 0));
    CALL(setpgid(0, 0));
    CALL(getpriority(PRIO_PGRP, 0));
    _exit(0);
  }
  waitpid(pid, &status, 0);
  return 0;
}
