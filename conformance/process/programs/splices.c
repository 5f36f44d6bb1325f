/* splice(2), tee(2), vmsplice(2): between pipes, files, sockets and memory. */
#include "check.h"

static char bytes[200000];

static int filled(const char *name, int length) {
  int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  for (int i = 0; i < length; i++) bytes[i] = 'a' + i % 23;
  write(file, bytes, length);
  lseek(file, 0, SEEK_SET);
  return file;
}

static long sum(int file) {
  long total = 0, count;
  while ((count = read(file, bytes, sizeof bytes)) > 0)
    for (long i = 0; i < count; i++) total = total * 31 + bytes[i];
  return total;
}

static volatile int pipes_broken;
static void broken(int signal) { pipes_broken++; }
static void interrupted(int signal) {}

static void refuses(void) {
  int pipe_a[2], pipe_b[2], file = filled("refused", 100);
  loff_t offset = 10, negative = -1;
  pipe(pipe_a);
  pipe(pipe_b);
  int null = open("/dev/null", O_RDWR), append = open("refused", O_WRONLY | O_APPEND);
  int path = open("refused", O_PATH), folder = open(".", O_RDONLY);
  CALL(splice(-1, NULL, -1, NULL, 0, 99));
  CALL(splice(-1, NULL, -1, NULL, 1, 99));
  CALL(splice(-1, NULL, pipe_a[1], NULL, 1, 0));
  CALL(splice(file, NULL, -1, NULL, 1, 0));
  CALL(splice(file, NULL, null, NULL, 1, 0));
  CALL(splice(pipe_a[0], &offset, file, NULL, 1, 0));
  CALL(splice(file, NULL, pipe_a[1], &offset, 1, 0));
  CALL(splice(pipe_a[1], NULL, file, NULL, 1, 0));
  CALL(splice(file, NULL, pipe_a[0], NULL, 1, 0));
  CALL(splice(file, &negative, pipe_a[1], NULL, 1, 0));
  CALL(splice(file, (loff_t *)8, pipe_a[1], NULL, 1, 0));
  CALL(splice(pipe_a[0], NULL, append, NULL, 1, 0));
  CALL(splice(path, NULL, pipe_a[1], NULL, 1, 0));
  CALL(splice(folder, NULL, pipe_a[1], NULL, 1, 0));
  CALL(splice(pipe_a[0], NULL, pipe_a[1], NULL, 1, 0));
  CALL(splice(pipe_a[0], NULL, file, NULL, 1, SPLICE_F_NONBLOCK));
  CALL(splice(pipe_a[0], NULL, pipe_b[1], NULL, 1, SPLICE_F_NONBLOCK));
  CALL(tee(-1, -1, 0, 99));
  CALL(tee(-1, -1, 0, 0));
  CALL(tee(-1, pipe_a[1], 1, 0));
  CALL(tee(pipe_a[0], pipe_a[1], 1, 0));
  CALL(tee(file, pipe_a[1], 1, 0));
  CALL(tee(pipe_a[1], pipe_b[1], 1, 0));
  CALL(tee(pipe_a[0], pipe_b[1], 1, SPLICE_F_NONBLOCK));
  struct iovec vector = {bytes, 10}, bad = {(void *)8, 10}, empty = {bytes, 0};
  CALL(vmsplice(-1, &vector, 1, 0));
  CALL(vmsplice(pipe_a[1], &vector, 1, 99));
  CALL(vmsplice(file, &vector, 1, 0));
  CALL(vmsplice(pipe_a[1], &bad, 1, 0));
  CALL(vmsplice(pipe_a[1], &vector, 2000, 0));
  CALL(vmsplice(pipe_a[1], (void *)8, 1, 0));
  CALL(vmsplice(pipe_a[1], &empty, 1, 0));
  CALL(vmsplice(pipe_a[0], &vector, 1, SPLICE_F_NONBLOCK));
  close(pipe_a[0]);
  signal(SIGPIPE, broken);
  CALL(splice(file, NULL, pipe_a[1], NULL, 1, 0));
  CALL(vmsplice(pipe_a[1], &vector, 1, 0));
  write(pipe_b[1], "x", 1);
  CALL(tee(pipe_b[0], pipe_a[1], 1, 0));
  CALL(splice(pipe_b[0], NULL, pipe_a[1], NULL, 1, 0));
  NUMBER(pipes_broken);
  close(pipe_a[1]);
  close(pipe_b[0]);
  close(pipe_b[1]);
  close(file);
}

static void files(void) {
  int ends[2], from = filled("from", 100000), to = filled("to", 10);
  loff_t in = 4096, out = 3;
  pipe(ends);
  CALL(splice(from, NULL, ends[1], NULL, 8192, 0));
  NUMBER(lseek(from, 0, SEEK_CUR));
  CALL(splice(ends[0], NULL, to, NULL, 5, 0));
  NUMBER(lseek(to, 0, SEEK_CUR));
  CALL(splice(ends[0], NULL, to, &out, 100000, 0));
  NUMBER(out);
  NUMBER(lseek(to, 0, SEEK_CUR));
  CALL(splice(from, &in, ends[1], NULL, 1 << 20, 0));
  NUMBER(in);
  NUMBER(lseek(from, 0, SEEK_CUR));
  CALL(splice(from, NULL, ends[1], NULL, 1, SPLICE_F_NONBLOCK));
  CALL(fcntl(ends[1], F_SETFL, O_NONBLOCK));
  CALL(splice(from, NULL, ends[1], NULL, 1, 0));
  CALL(splice(ends[0], NULL, to, NULL, 1 << 20, SPLICE_F_MOVE | SPLICE_F_MORE));
  lseek(from, 0, SEEK_END);
  CALL(splice(from, NULL, ends[1], NULL, 100, 0));
  in = 99990;
  CALL(splice(from, &in, ends[1], NULL, 100, 0));
  NUMBER(in);
  int null = open("/dev/null", O_WRONLY);
  CALL(splice(ends[0], NULL, null, NULL, 100, 0));
  int zero = open("/dev/zero", O_RDONLY);
  CALL(splice(zero, NULL, ends[1], NULL, 4096, 0));
  lseek(to, 0, SEEK_SET);
  NUMBER(sum(to));
  close(ends[1]);
  CALL(splice(ends[0], NULL, to, NULL, 10000, 0));
  CALL(splice(ends[0], NULL, to, NULL, 10000, 0));
  close(ends[0]);
}

static void pipes(void) {
  int a[2], b[2], status;
  pipe(a);
  pipe(b);
  write(a[1], "abcdefghij", 10);
  CALL(tee(a[0], b[1], 4, 0));
  CALL(tee(a[0], b[1], 100, 0));
  CALL(splice(a[0], NULL, b[1], NULL, 3, 0));
  CALL(read(b[0], bytes, 100));
  bytes[17] = 0;
  TEXT(bytes);
  CALL(splice(a[0], NULL, b[1], NULL, 100, 0));
  CALL(read(b[0], bytes, 100));
  bytes[7] = 0;
  TEXT(bytes);
  if (fork() == 0) {
    usleep(30000);
    write(a[1], "late", 4);
    _exit(0);
  }
  CALL(tee(a[0], b[1], 100, 0));
  CALL(splice(a[0], NULL, b[1], NULL, 100, 0));
  wait(&status);
  CALL(read(b[0], bytes, 100));
  while (write(b[1], bytes, 4096) == 4096 && fcntl(b[1], F_SETFL, O_NONBLOCK) == 0) {}
  fcntl(b[1], F_SETFL, 0);
  write(a[1], "more", 4);
  CALL(splice(a[0], NULL, b[1], NULL, 100, SPLICE_F_NONBLOCK));
  if (fork() == 0) {
    usleep(30000);
    read(b[0], bytes, 8192);
    _exit(0);
  }
  CALL(splice(a[0], NULL, b[1], NULL, 100, 0));
  wait(&status);
  struct sigaction action = {.sa_handler = interrupted};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval soon = {.it_value = {0, 30000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  CALL(splice(a[0], NULL, b[1], NULL, 100, 0));
  setitimer(ITIMER_REAL, &soon, NULL);
  CALL(tee(a[0], b[1], 100, 0));
  close(a[1]);
  CALL(tee(a[0], b[1], 100, 0));
  CALL(splice(a[0], NULL, b[1], NULL, 100, 0));
  close(a[0]);
  close(b[0]);
  close(b[1]);
}

static void sockets(void) {
  int pair[2], ends[2], status;
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  pipe(ends);
  loff_t offset = 0;
  write(ends[1], "to the socket", 13);
  CALL(splice(ends[0], NULL, pair[0], &offset, 100, 0));
  CALL(splice(ends[0], NULL, pair[0], NULL, 100, 0));
  CALL(splice(pair[1], &offset, ends[1], NULL, 100, 0));
  CALL(splice(pair[1], NULL, ends[1], NULL, 6, 0));
  CALL(splice(pair[1], NULL, ends[1], NULL, 100, 0));
  CALL(read(ends[0], bytes, 100));
  bytes[13] = 0;
  TEXT(bytes);
  if (fork() == 0) {
    usleep(30000);
    write(pair[0], "late", 4);
    close(pair[0]);
    _exit(0);
  }
  CALL(splice(pair[1], NULL, ends[1], NULL, 100, 0));
  wait(&status);
  close(pair[0]);
  CALL(splice(pair[1], NULL, ends[1], NULL, 100, 0));
  fcntl(pair[1], F_SETFL, O_NONBLOCK);
  write(ends[1], "x", 1);
  CALL(splice(ends[0], NULL, pair[1], NULL, 100, 0));
  close(pair[1]);
  close(ends[0]);
  close(ends[1]);
}

static void memory(void) {
  int ends[2];
  pipe(ends);
  strcpy(bytes, "one two three");
  struct iovec vectors[] = {{bytes, 4}, {NULL, 0}, {bytes + 8, 5}};
  CALL(vmsplice(ends[1], vectors, 3, SPLICE_F_GIFT));
  memset(bytes + 100, 0, 100);
  struct iovec into[] = {{bytes + 100, 3}, {bytes + 110, 90}};
  CALL(vmsplice(ends[0], into, 2, 0));
  TEXT(bytes + 100);
  TEXT(bytes + 110);
  struct iovec large = {bytes, 100 * 4096};
  void *pages = mmap(NULL, 100 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  large.iov_base = pages;
  CALL(vmsplice(ends[1], &large, 1, 0));
  CALL(vmsplice(ends[1], &large, 1, SPLICE_F_NONBLOCK));
  large.iov_len = 5 * 4096;
  CALL(vmsplice(ends[0], &large, 1, 0));
  close(ends[1]);
  large.iov_len = 100 * 4096;
  CALL(vmsplice(ends[0], &large, 1, 0));
  CALL(vmsplice(ends[0], &large, 1, 0));
}

int main(void) {
  refuses();
  files();
  pipes();
  sockets();
  memory();
  return 0;
}
