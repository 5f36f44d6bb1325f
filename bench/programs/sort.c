/* Heap sort and quicksort of random numbers. */
typedef unsigned long u64;
#define N 60000
static unsigned values[N];
static u64 seed = 1;
static unsigned next(void) { seed = seed * 6364136223846793005UL + 1442695040888963407UL; return seed >> 33; }
static void quick(unsigned *a, long low, long high) {
  while (low < high) {
    unsigned pivot = a[(low + high) / 2];
    long i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) { unsigned t = a[i]; a[i] = a[j]; a[j] = t; i++; j--; }
    }
    if (j - low < high - i) { quick(a, low, j); low = i; } else { quick(a, i, high); high = j; }
  }
}
static void sift(unsigned *a, long root, long n) {
  for (long child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && a[child] < a[child + 1]) child++;
    if (a[root] >= a[child]) return;
    unsigned t = a[root]; a[root] = a[child]; a[child] = t;
  }
}
u64 bench(void) {
  u64 sum = 0;
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < N; i++) values[i] = next();
    if (round & 1) quick(values, 0, N - 1);
    else {
      for (long i = N / 2; i-- > 0;) sift(values, i, N);
      for (long n = N - 1; n > 0; n--) { unsigned t = values[0]; values[0] = values[n]; values[n] = t; sift(values, 0, n); }
    }
    for (int i = 0; i < N; i += 97) sum = sum * 31 + values[i];
  }
  return sum;
}
