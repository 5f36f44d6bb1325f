/* The product of integer matrices. */
typedef unsigned long u64;
#define N 120
static int a[N][N], b[N][N], c[N][N];
u64 bench(void) {
  u64 sum = 0;
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) { a[i][j] = i * 7 + j; b[i][j] = i - 3 * j; }
  for (int round = 0; round < 50; round++) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) {
        int s = 0;
        for (int k = 0; k < N; k++) s += a[i][k] * b[k][j];
        c[i][j] = s;
      }
    a[round % N][0] ^= c[round % N][1];
    sum = sum * 31 + (unsigned)c[round % N][round % N];
  }
  return sum;
}
