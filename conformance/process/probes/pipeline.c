/* Runs commands as a shell does: pipeline FIRST ARGS , NEXT ARGS > FILE. Ends as the last one does. */
#include "../programs/check.h"

static pid_t start(char **command, int input, int output, int unused) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  if (unused >= 0) close(unused);
  if (input != 0) dup2(input, 0), close(input);
  if (output != 1) dup2(output, 1), close(output);
  for (char **word = command; *word; word++) {
    if (strcmp(*word, ">") != 0) continue;
    dup2(open(word[1], O_CREAT | O_WRONLY | O_APPEND, 0666), 1);
    *word = NULL;
    break;
  }
  execv(command[0], command);
  fprintf(stderr, "%s: %s\n", command[0], strerrorname_np(errno));
  _exit(126);
}

int main(int count, char **arguments) {
  int input = 0, status = 0;
  pid_t last = 0;
  signal(SIGPIPE, SIG_DFL);
  for (int from = 1; from < count;) {
    int to = from, ends[2] = {-1, 1};
    while (to < count && strcmp(arguments[to], ",") != 0) to++;
    if (to < count) pipe(ends);
    arguments[to] = NULL;
    last = start(arguments + from, input, ends[1], ends[0]);
    if (input != 0) close(input);
    if (ends[1] != 1) close(ends[1]);
    input = ends[0];
    from = to + 1;
  }
  for (int each; (each = wait(&status)) > 0;)
    if (each == last) count = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  if (count < 0) raise(-count);
  return count;
}
