/* How long points of the plane stay near under z * z + c. */
typedef unsigned long u64;
#ifndef SIZE
#define SIZE 160
#endif
u64 bench(void) {
  u64 sum = 0;
  for (int row = 0; row < SIZE; row++)
    for (int column = 0; column < SIZE; column++) {
      double cx = 3.0 * column / SIZE - 2.2, cy = 2.4 * row / SIZE - 1.2, x = 0, y = 0;
      int n = 0;
      while (n < 400 && x * x + y * y < 4) {
        double next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
        n++;
      }
      sum = sum * 31 + n;
    }
  return sum;
}
