# gcc compiles, links and optimises programs of several files, and one with threads, which run.
set -e
mkdir c && cd c
cat > add.h <<E
int add(int a, int b);
E
cat > add.c <<E
#include "add.h"
int add(int a, int b) { return a + b; }
E
cat > main.c <<E
#include <math.h>
#include <stdio.h>
#include "add.h"
int main(int argc, char **argv) {
  printf("%d %.6f\n", add(40, argc + 1), sqrt(2.0 * argc));
  return 0;
}
E
gcc -O2 -Wall -c add.c
gcc -O2 -Wall -c main.c
gcc -o main main.o add.o -lm
./main
objdump -d main | grep -c ret
gcc -O2 -flto -static -o static main.c add.c -lm
./static
size main | tail -1
cat > threads.c <<E
#include <math.h>
#include <pthread.h>
#include <stdio.h>
static double sums[4];
static long total;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *work(void *at) {
  long first = (double *)at - sums;
  for (long i = first; i < 40000; i += 4) {
    sums[first] += sin(i) * exp(-i / 1e4);
    pthread_mutex_lock(&lock);
    total += i;
    pthread_mutex_unlock(&lock);
  }
  return at;
}
int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, &sums[i]);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  printf("%.12g %ld\\n", sums[0] + sums[1] + sums[2] + sums[3], total);
}
E
gcc -O2 -Wall -pthread -o threads threads.c -lm
./threads
echo 'int main(void) { return x; }' > wrong.c
gcc -c wrong.c 2>&1 || echo "status $?"
