/* The sieve of Eratosthenes over bytes. */
typedef unsigned long u64;
#define N 400000
static unsigned char composite[N];
u64 bench(void) {
  u64 sum = 0;
  for (int round = 0; round < 80; round++) {
    for (int i = 0; i < N; i++) composite[i] = 0;
    for (long i = 2; i * i < N; i++)
      if (!composite[i]) for (long j = i * i; j < N; j += i) composite[j] = 1;
    for (long i = 2; i < N; i++) if (!composite[i]) sum += i;
  }
  return sum;
}
