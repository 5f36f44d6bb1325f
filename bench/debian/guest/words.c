/* Prints lines of random words, the same each time: as many as the argument says. Short words are the most frequent. */
#include <stdio.h>
#include <stdlib.h>

static unsigned long seed = 1;
static unsigned next(unsigned below) {
  seed = seed * 6364136223846793005UL + 1442695040888963407UL;
  return (seed >> 33) % below;
}

int main(int count, char **words) {
  static const char *const syllables[] = {"ba", "cor", "de", "fin", "ga", "lu", "mi", "nor", "pe", "qua", "ri", "so", "tan", "ve", "wo", "xy"};
  for (int line = count > 1 ? atoi(words[1]) : 1; line > 0; line--) {
    for (int word = 4 + next(8); word > 0; word--) {
      for (int length = 1 + next(1 + next(4)); length > 0; length--) fputs(syllables[next(1 + next(16))], stdout);
      putchar(word > 1 ? ' ' : '\n');
    }
  }
  return 0;
}
