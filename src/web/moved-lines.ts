/** Where lines are after a text was changed: for what is bound to lines, as breakpoints are. */

/** Line numbers, from 1, in the new text; those of lines that are gone are left out. */
export function movedLines(lines: Iterable<number>, before: string, after: string): readonly number[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const moved = [...lines].flatMap((line) => {
    if (line > old.length - tail) return [line + now.length - old.length];
    return line <= Math.max(head, now.length - tail) ? [line] : [];
  });
  return [...new Set(moved)];
}
