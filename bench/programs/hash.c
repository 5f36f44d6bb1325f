/* Hashing strings into an open-addressed table, and counting. */
typedef unsigned long u64;
#define SLOTS 16384
static struct { u64 key; u64 count; } table[SLOTS];
static unsigned char text[4096];
u64 bench(void) {
  u64 seed = 7, sum = 0;
  for (int i = 0; i < 4096; i++) { seed = seed * 6364136223846793005UL + 1; text[i] = 'a' + (seed >> 60); }
  for (int round = 0; round < 2200; round++) {
    for (int start = 0; start + 12 < 4096; start += 2) {
      u64 h = 14695981039346656037UL;
      for (int i = 0; i < 4 + (start & 7); i++) h = (h ^ text[start + i]) * 1099511628211UL;
      h ^= round & 3;
      u64 slot = (h ^ (h >> 29)) % SLOTS;
      while (table[slot].count && table[slot].key != h) slot = (slot + 1) % SLOTS;
      table[slot].key = h;
      table[slot].count++;
    }
  }
  for (int i = 0; i < SLOTS; i++) sum += table[i].key * table[i].count;
  return sum;
}
