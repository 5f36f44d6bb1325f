/* pty(7), pts(4), termios(3), tcsetpgrp(3). */
#include "check.h"
#include <pty.h>
#include <termios.h>

static char buffer[4096];

/* What can be read, with what is not a letter written out. */
static void show(int fd) {
  long length = read(fd, buffer, sizeof buffer);
  if (length < 0) printf("nothing: %s\n", strerrorname_np(errno));
  else {
    printf("%ld:", length);
    for (long at = 0; at < length; at++)
      buffer[at] >= 32 && buffer[at] < 127 ? printf(" %c", buffer[at]) : printf(" %02x", (unsigned char)buffer[at]);
    puts("");
  }
  fflush(stdout);
}

static void type(int master, const char *keys) {
  write(master, keys, strlen(keys));
}

static void lines(int master, int slave) {
  type(master, "hello\n");
  show(slave);
  show(master);
  type(master, "abc\177\177x\r");
  show(slave);
  show(master);
  type(master, "one two\027three\025four\026\003\n");
  show(slave);
  show(master);
  type(master, "first\nsecond\n");
  CALL(read(slave, buffer, 3));
  CALL(read(slave, buffer, 100));
  CALL(read(slave, buffer, 100));
  show(master);
  type(master, "end\004");
  show(slave);
  type(master, "\004");
  show(slave);
  show(master);
  CALL(write(slave, "out\nput\t\n", 9));
  show(master);
  show(slave);
}

static void raw(int master, int slave) {
  struct termios modes;
  CALL(tcgetattr(slave, &modes));
  NUMBER(modes.c_iflag);
  NUMBER(modes.c_oflag);
  NUMBER(modes.c_lflag);
  NUMBER(modes.c_cc[VINTR]);
  cfmakeraw(&modes);
  CALL(tcsetattr(slave, TCSANOW, &modes));
  type(master, "a\r\003\177");
  show(slave);
  show(master);
  CALL(write(slave, "x\n", 2));
  show(master);
  modes.c_cc[VMIN] = 0;
  CALL(tcsetattr(slave, TCSANOW, &modes));
  CALL(read(slave, buffer, 1));
  type(master, "lost");
  CALL(tcflush(slave, TCIFLUSH));
  CALL(read(slave, buffer, 4));
  struct winsize size = {30, 100, 0, 0};
  CALL(ioctl(master, TIOCSWINSZ, &size));
  size.ws_row = 0;
  CALL(ioctl(slave, TIOCGWINSZ, &size));
  NUMBER(size.ws_row * 1000 + size.ws_col);
}

static void names(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY), number = -1, locked = -1;
  TRUE(master >= 0);
  CALL(ioctl(master, TIOCGPTN, &number));
  char path[64];
  sprintf(path, "/dev/pts/%d", number);
  CALL(strcmp(ptsname(master), path));
  CALL(open(ptsname(master), O_RDWR | O_NOCTTY));
  CALL(grantpt(master));
  CALL(unlockpt(master));
  fcntl(master, F_SETFL, O_NONBLOCK);
  CALL(read(master, buffer, 1));
  int slave = open(path, O_RDWR | O_NOCTTY);
  TRUE(slave >= 0);
  TRUE(isatty(slave));
  TRUE(isatty(master));
  CALL(strcmp(ttyname(slave), path));
  struct stat st;
  CALL(fstat(slave, &st));
  NUMBER(st.st_mode & S_IFMT);
  TRUE(st.st_rdev == (136 << 8 | number));
  struct pollfd polled = {.fd = master, .events = POLLIN | POLLOUT};
  CALL(poll(&polled, 1, 0));
  NUMBER(polled.revents);
  CALL(close(slave));
  CALL(poll(&polled, 1, 0));
  NUMBER(polled.revents);
  CALL(read(master, buffer, 1));
  slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  CALL(read(slave, buffer, 1));
  CALL(close(master));
  CALL(read(slave, buffer, 1));
  CALL(write(slave, "x", 1));
  CALL(access(path, F_OK));
  polled.fd = slave;
  CALL(poll(&polled, 1, 0));
  NUMBER(polled.revents);
  close(slave);
}

static volatile int last;

static void note(int signal) {
  last = signal;
}

/* A session of its own at the terminal, with a group in the background. */
static void session(int master, int slave) {
  close(master);
  CALL(tcgetpgrp(slave));
  setsid();
  CALL(open("/dev/tty", O_RDWR));
  CALL(ioctl(slave, TIOCSCTTY, 0));
  TRUE(tcgetpgrp(slave) == getpid());
  TRUE(tcgetsid(slave) == getpid());
  int own = open("/dev/tty", O_RDWR);
  TRUE(own >= 0);
  CALL(tcsetpgrp(own, -1));
  signal(SIGINT, note);
  signal(SIGWINCH, note);
  write(slave, "ready\n", 6);
  while (last != SIGINT) usleep(1000);
  NUMBER(last);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    read(slave, buffer, 1);
    _exit(7);
  }
  setpgid(child, child);
  int status;
  waitpid(child, &status, WUNTRACED);
  TRUE(WIFSTOPPED(status));
  NUMBER(WSTOPSIG(status));
  CALL(tcsetpgrp(slave, child));
  TRUE(tcgetpgrp(slave) == child);
  kill(child, SIGCONT);
  write(slave, "go\n", 3);
  waitpid(child, &status, 0);
  NUMBER(WEXITSTATUS(status));
  fflush(stdout);
  child = fork();
  if (child == 0) {
    struct termios modes;
    tcgetattr(slave, &modes);
    tcsetattr(slave, TCSANOW, &modes);
    _exit(0);
  }
  waitpid(child, &status, WUNTRACED);
  TRUE(WIFSTOPPED(status));
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  signal(SIGTTOU, SIG_IGN);
  CALL(tcsetpgrp(slave, getpid()));
  signal(SIGHUP, note);
  write(slave, "last\n", 5);
  while (last != SIGHUP) usleep(1000);
  NUMBER(last);
}

static void until(int master, const char *word) {
  char seen[4096] = "";
  for (size_t length = 0; !strstr(seen, word);) {
    long count = read(master, seen + length, sizeof seen - length - 1);
    if (count <= 0) break;
    seen[length += count] = 0;
  }
}

int main(void) {
  int master, slave;
  names();
  CALL(openpty(&master, &slave, NULL, NULL, NULL));
  fcntl(master, F_SETFL, O_NONBLOCK);
  fcntl(slave, F_SETFL, O_NONBLOCK);
  lines(master, slave);
  raw(master, slave);
  close(slave);
  close(master);
  CALL(openpty(&master, &slave, NULL, NULL, NULL));
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    session(master, slave);
    _exit(0);
  }
  close(slave);
  until(master, "ready");
  type(master, "\003");
  until(master, "go");
  type(master, "x\n");
  until(master, "last");
  close(master);
  wait(NULL);
  return 0;
}
