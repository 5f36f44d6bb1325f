/* The spectral norm of an infinite matrix, by the power method: a division for each entry. */
typedef unsigned long u64;
#define N 100
#ifndef ROUNDS
#define ROUNDS 40
#endif
static double u[N], v[N], between[N];
static double entry(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }
static void multiply(const double *from, double *to, int transposed) {
  for (int i = 0; i < N; i++) {
    double s = 0;
    for (int j = 0; j < N; j++) s += (transposed ? entry(j, i) : entry(i, j)) * from[j];
    to[i] = s;
  }
}
u64 bench(void) {
  for (int i = 0; i < N; i++) u[i] = 1;
  for (int round = 0; round < ROUNDS; round++) {
    multiply(u, between, 0);
    multiply(between, v, 1);
    multiply(v, between, 0);
    multiply(between, u, 1);
  }
  double uv = 0, vv = 0;
  for (int i = 0; i < N; i++) { uv += u[i] * v[i]; vv += v[i] * v[i]; }
  union { double number; u64 bits; } x = { __builtin_sqrt(uv / vv) };
  return x.bits;
}
