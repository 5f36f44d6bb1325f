/* Tries to change a file, and to make one, where neither is allowed. */
#include "../programs/check.h"

static void report(long result) { puts(result == -1 ? strerrorname_np(errno) : "done"); }

int main(int count, char **arguments) {
  report(open(arguments[1], O_WRONLY));
  report(open(arguments[1], O_RDWR | O_TRUNC));
  report(truncate(arguments[1], 0));
  report(unlink(arguments[1]));
  report(open(arguments[2], O_WRONLY | O_CREAT, 0644));
  report(rename(arguments[1], arguments[2]));
  return 0;
}
