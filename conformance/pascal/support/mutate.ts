/** Sources changed at random; what comes of a number is always the same. */

/** Numbers from 0 to below `limit` (xorshift). */
export function generator(seed: number): (limit: number) => number {
  let state = (seed * 2654435761 + 1) | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const fragments =
  "begin end ; := ( ) [ ] . .. ^ , : = < > if then else for to do while repeat until case of var record array packed set file procedure function integer 1 'x' nil with goto label type const -".split(
    " ",
  );

/** The text with a few words put in, taken out, doubled or exchanged. */
export function mutate(text: string, random: (limit: number) => number): string {
  const words = text.split(/(\s+|\b)/);
  for (let change = random(4); change >= 0; change--) {
    const at = random(words.length);
    const from = random(words.length);
    const kind = random(4);
    if (kind === 0) words.splice(at, 1);
    else if (kind === 1) words.splice(at, 0, ` ${fragments[random(fragments.length)]} `);
    else if (kind === 2) words[at] = words[from] ?? "";
    else words.splice(at, 0, ...words.slice(from, from + random(20)));
  }
  return words.join("");
}
