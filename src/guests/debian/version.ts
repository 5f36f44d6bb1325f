/** Compares versions of Debian packages: [epoch:]upstream[-revision] (Debian Policy 5.6.12). */

/** Negative where `a` is older than `b`, positive where it is newer, 0 where they are equal. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [split(a), split(b)];
  return x.epoch - y.epoch || compareParts(x.upstream, y.upstream) || compareParts(x.revision, y.revision);
}

/** No revision is the same as revision 0. */
function split(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? "" : rest.slice(dash + 1),
  };
}

/** By turns a stretch without digits, by the order of characters below, and a number, by its value. */
function compareParts(a: string, b: string): number {
  const [x, y] = [stretches(a), stretches(b)];
  for (let index = 0; index < Math.max(x.length, y.length); index += 2) {
    const order =
      compareText(x[index] ?? "", y[index] ?? "") || Number(x[index + 1] ?? 0) - Number(y[index + 1] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Text, number, text, number, ...; the first text may be empty. */
function stretches(part: string): string[] {
  return part.split(/(\d+)/);
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = rank(a[index]) - rank(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** A tilde sorts before everything, even the end; letters sort before all other characters. */
function rank(character: string | undefined): number {
  if (character === "~") return -1;
  if (character === undefined) return 0;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}
