/* Starts a program of bench/programs under Linux: bench() as often as the argument says, and its result. */
#include <stdio.h>
#include <stdlib.h>

unsigned long bench(void);

int main(int count, char **words) {
  unsigned long sum = 0;
  for (int left = count > 1 ? atoi(words[1]) : 1; left > 0; left--) sum = sum * 31 + bench();
  printf("%016lx\n", sum);
  return 0;
}
