/* Tries to reach the file "secret" beside its root, whose directory on the host is the first argument. */
#include "../programs/check.h"

static void report(const char *way, int fd) {
  char buffer[16] = {0};
  int found = fd >= 0 && read(fd, buffer, 7) == 7 && strcmp(buffer, "outside") == 0;
  printf("%s: %s\n", found ? "OUT" : "kept in", way);
  if (fd >= 0) close(fd);
}

#define TRY(path) report(path, open(path, O_RDONLY))

int main(int count, char **arguments) {
  char path[1000];
  snprintf(path, sizeof path, "%s/secret", arguments[1]);
  TRY(path);
  TRY("/absolute");
  TRY("/relative");
  TRY("/inner/upwards");
  TRY("/folder/secret");
  TRY("/proc-link");
  TRY("../secret");
  TRY("/../secret");
  TRY("/../../../../../../../../secret");
  TRY("/inner/../../secret");
  TRY("/proc/self/root/../secret");
  TRY("/proc/self/cwd/../../secret");
  TRY("/proc/1/root/secret");
  TRY("/proc/self/fd/../../../../secret");
  snprintf(path, sizeof path, "/proc/self/root/%s/secret", arguments[1]);
  TRY(path);
  int top = open("/", O_RDONLY | O_DIRECTORY);
  report("openat ..", openat(top, "../secret", O_RDONLY));
  snprintf(path, sizeof path, "/proc/self/fd/%d/../secret", top);
  TRY(path);
  /* A directory that is renamed while it is the working directory, and chroot below it. */
  chdir("/inner/deep");
  rename("/inner/deep", "/moved");
  TRY("../secret");
  TRY("../../secret");
  TRY("../../../secret");
  chdir("/inner");
  chroot("/inner");
  TRY("../secret");
  TRY("../../secret");
  fchdir(top);
  TRY("../secret");
  chroot(".");
  TRY("../secret");
  /* Links and names that are made here lead nowhere else. */
  symlink("../../../secret", "made");
  TRY("made");
  report("open a link for writing", open("made", O_WRONLY | O_CREAT, 0644));
  report("make a file through ..", open("../created", O_WRONLY | O_CREAT, 0644));
  link("../secret", "hard");
  TRY("hard");
  rename("../secret", "taken");
  TRY("taken");
  truncate("/relative", 0);
  unlink("../secret");
  mkdir("../outside-directory", 0755);
  return 0;
}
