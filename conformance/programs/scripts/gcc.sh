# gcc compiles, links and optimises programs of several files, which run.
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
echo 'int main(void) { return x; }' > wrong.c
gcc -c wrong.c 2>&1 || echo "status $?"
