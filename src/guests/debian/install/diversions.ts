/** Where the files of a package go that another one diverts: dpkg's database of diversions (dpkg-divert(1)). */

export interface Diversions {
  /** Where a file is put, both with a leading slash. */
  placeOf(path: string): string;
}

export const noDiversions: Diversions = { placeOf: (path) => path };

/**
 * The diversions that hold for a package.
 *
 * @param text of /var/lib/dpkg/diversions: by three lines a path, where it goes, and the package that keeps its own file
 *   in place (":" where none does)
 */
export function diversionsFor(text: string, packageName: string): Diversions {
  const lines = text.split("\n");
  const moved = new Map<string, string>();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from = "", to = "", owner = ""] = lines.slice(at, at + 3);
    if (owner !== packageName) moved.set(from, to);
  }
  return { placeOf: (path) => moved.get(path) ?? path };
}
