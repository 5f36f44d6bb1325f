# make builds a small project, only what has changed, and several files at a time.
set -e
mkdir -p m/src && cd m
for i in 1 2 3 4; do echo "int f$i(void) { return $i; }" > src/f$i.c; done
cat > src/main.c <<E
#include <stdio.h>
int f1(void), f2(void), f3(void), f4(void);
int main(void) { printf("%d\n", f1() + f2() + f3() + f4()); }
E
sed 's/^  /\t/' > Makefile <<'E'
OBJECTS := $(patsubst src/%.c,build/%.o,$(sort $(wildcard src/*.c)))
all: program
  ./program
program: $(OBJECTS)
  $(CC) -o $@ $^
build/%.o: src/%.c | build
  $(CC) -O1 -c -o $@ $<
build:
  mkdir -p $@
clean:
  rm -rf build program
E
make
make
sleep 0.01
touch src/f2.c
make
make clean
make -j3 --jobserver-style=pipe | sort
