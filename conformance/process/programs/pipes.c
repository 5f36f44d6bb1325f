/* pipe(2), pipe(7), socketpair(2), sendfile(2). */
#include "check.h"

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int p[2];
  char buffer[70000];
  CALL(pipe2(p, 0x123456));
  CALL(pipe(p));
  CALL(write(p[1], "hello", 5));
  int available;
  CALL(ioctl(p[0], FIONREAD, &available));
  NUMBER(available);
  CALL(read(p[0], buffer, 3));
  CALL(read(p[0], buffer, 100));
  CALL(lseek(p[0], 0, SEEK_SET));
  CALL(pread(p[0], buffer, 1, 0));
  CALL(read(p[1], buffer, 1));
  CALL(write(p[0], buffer, 1));
  struct stat st;
  CALL(fstat(p[0], &st));
  NUMBER(st.st_mode & S_IFMT);
  CALL(fcntl(p[0], F_SETFL, O_NONBLOCK));
  CALL(read(p[0], buffer, 1));
  CALL(fcntl(p[1], F_SETFL, O_NONBLOCK));
  memset(buffer, 'x', sizeof buffer);
  CALL(write(p[1], buffer, sizeof buffer));
  CALL(write(p[1], buffer, 1));
  CALL(read(p[0], buffer, 100));
  CALL(write(p[1], buffer, 4096));
  CALL(read(p[0], buffer, sizeof buffer));
  CALL(close(p[1]));
  CALL(read(p[0], buffer, 1));
  CALL(pipe(p));
  CALL(close(p[0]));
  CALL(write(p[1], "x", 1));
  CALL(close(p[1]));
  CALL(pipe(p));
  int status;
  fflush(stdout);
  if (fork() == 0) {
    close(p[0]);
    for (int i = 0; i < 300; i++) write(p[1], buffer, 1000);
    _exit(5);
  }
  close(p[1]);
  long total = 0;
  for (long n; (n = read(p[0], buffer, sizeof buffer)) > 0;) total += n;
  NUMBER(total);
  TRUE(wait(&status) > 0);
  NUMBER(WEXITSTATUS(status));
  signal(SIGPIPE, SIG_DFL);
  if (fork() == 0) {
    pipe(p);
    close(p[0]);
    write(p[1], "x", 1);
    _exit(0);
  }
  wait(&status);
  TRUE(WIFSIGNALED(status));
  NUMBER(WTERMSIG(status));
  int fd = open("source", O_RDWR | O_CREAT, 0644);
  write(fd, "0123456789", 10);
  CALL(pipe(p));
  off_t offset = 2;
  CALL(sendfile(p[1], fd, &offset, 5));
  NUMBER(offset);
  CALL(read(p[0], buffer, 100));
  NUMBER(buffer[0]);
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(sendfile(p[1], fd, NULL, 100));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(sendfile(p[1], 99, NULL, 1));
  int s[2];
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
  CALL(write(s[0], "ping", 4));
  CALL(read(s[1], buffer, 100));
  CALL(send(s[1], "pong!", 5, 0));
  CALL(recv(s[0], buffer, 2, 0));
  CALL(recv(s[0], buffer, 100, MSG_PEEK));
  CALL(recv(s[0], buffer, 100, MSG_DONTWAIT));
  CALL(recv(s[0], buffer, 100, MSG_DONTWAIT));
  CALL(shutdown(s[0], SHUT_WR));
  CALL(read(s[1], buffer, 1));
  CALL(send(s[0], "x", 1, MSG_NOSIGNAL));
  CALL(write(s[1], "y", 1));
  CALL(close(s[1]));
  CALL(read(s[0], buffer, 10));
  CALL(read(s[0], buffer, 10));
  pipe(p);
  CALL(write(p[1], "kept", 4));
  CALL(fcntl(p[0], F_GETPIPE_SZ));
  CALL(fcntl(p[0], F_SETPIPE_SZ, 5000));
  CALL(fcntl(p[1], F_GETPIPE_SZ));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 1));
  CALL(read(p[0], buffer, sizeof buffer));
  TRUE(memcmp(buffer, "kept", 4) == 0);
  return 0;
}
