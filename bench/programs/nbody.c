/* Five bodies under gravity: multiplications and additions that fuse, a square root and a division for each pair. */
typedef unsigned long u64;
#define BODIES 5
#ifndef ROUNDS
#define ROUNDS 150000
#endif
static struct { double x, y, z, vx, vy, vz, mass; } body[BODIES];
static void advance(double step) {
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) {
      double dx = body[i].x - body[j].x, dy = body[i].y - body[j].y, dz = body[i].z - body[j].z;
      double square = dx * dx + dy * dy + dz * dz;
      double pull = step / (square * __builtin_sqrt(square));
      double a = body[j].mass * pull, b = body[i].mass * pull;
      body[i].vx -= dx * a; body[i].vy -= dy * a; body[i].vz -= dz * a;
      body[j].vx += dx * b; body[j].vy += dy * b; body[j].vz += dz * b;
    }
  for (int i = 0; i < BODIES; i++) {
    body[i].x += step * body[i].vx; body[i].y += step * body[i].vy; body[i].z += step * body[i].vz;
  }
}
u64 bench(void) {
  u64 sum = 0;
  for (int i = 0; i < BODIES; i++) {
    double k = i;
    body[i].x = 5 * k; body[i].y = k * k - 3 * k; body[i].z = 0.3 * k;
    body[i].vx = 0.4 * (2 - k); body[i].vy = 1.3 - 0.5 * k; body[i].vz = 0.02 * k;
    body[i].mass = i ? 0.04 / k : 39.5;
  }
  for (int round = 0; round < ROUNDS; round++) advance(0.001);
  for (int i = 0; i < BODIES; i++) {
    union { double number; u64 bits; } x = { body[i].x };
    sum = sum * 31 + x.bits;
  }
  return sum;
}
