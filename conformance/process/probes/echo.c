/* What the tests of the command ask of a program. */
#include "../programs/check.h"

static int copies(void) {
  char buffer[4096];
  long total = 0;
  for (long n; (n = read(0, buffer, sizeof buffer)) > 0; total += n) write(1, buffer, n);
  fprintf(stderr, "%ld bytes\n", total);
  return 0;
}

static int shows(int count, char **arguments) {
  char directory[4096];
  for (int i = 1; i < count; i++) printf("%s%s", arguments[i], i + 1 < count ? " " : "\n");
  if (getenv("WORD")) printf("WORD=%s\n", getenv("WORD"));
  printf("%s\n%d:%d\n", getcwd(directory, sizeof directory), getuid(), getgid());
  return 0;
}

/* A result for which some million instructions are executed, with integers and floating point. */
static int computes(void) {
  unsigned long hash = 1;
  double sum = 0;
  for (long i = 1; i < 3000000; i++) {
    hash = (hash ^ i) * 0x9e3779b97f4a7c15ul;
    sum += 1.0 / (double)(i * (hash % 7 + 1));
  }
  printf("%lx %.17g\n", hash, sum);
  return 0;
}

static int types(void) {
  struct stat status;
  for (int file = 0; file < 3; file++) {
    fstat(file, &status);
    printf("%s\n", S_ISSOCK(status.st_mode) ? "socket" : S_ISFIFO(status.st_mode) ? "pipe" : "other");
  }
  return 0;
}

static int forks(void) {
  for (int made = 0;; made++) {
    pid_t pid = fork();
    if (pid == 0) pause();
    if (pid > 0) continue;
    printf("%s after %d\n", strerrorname_np(errno), made);
    return 0;
  }
}

static int allocates(void) {
  for (;;) {
    char *more = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (more == MAP_FAILED) {
      puts(strerrorname_np(errno));
      return 0;
    }
    memset(more, 1, 1 << 20);
  }
}

int main(int count, char **arguments) {
  const char *what = count > 1 ? arguments[1] : "";
  if (strcmp(what, "cat") == 0) return copies();
  if (strcmp(what, "self") == 0) return shows(count, arguments);
  if (strcmp(what, "status") == 0) return atoi(arguments[2]);
  if (strcmp(what, "signal") == 0) return raise(atoi(arguments[2]));
  if (strcmp(what, "types") == 0) return types();
  if (strcmp(what, "compute") == 0) return computes();
  if (strcmp(what, "forks") == 0) return forks();
  if (strcmp(what, "allocates") == 0) return allocates();
  return 99;
}
