/* The product of matrices of floating-point numbers. */
typedef unsigned long u64;
#define N 64
#ifndef ROUNDS
#define ROUNDS 40
#endif
static double a[N][N], b[N][N], c[N][N];
u64 bench(void) {
  double sum = 0;
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) { a[i][j] = 1.0 / (i + j + 1); b[i][j] = i - 0.3 * j; }
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) {
        double s = 0;
        for (int k = 0; k < N; k++) s += a[i][k] * b[k][j];
        c[i][j] = s;
      }
    a[round % N][0] += c[round % N][1];
    sum += c[round % N][round % N];
  }
  union { double number; u64 bits; } x = { sum };
  return x.bits;
}
