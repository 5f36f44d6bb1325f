/** dpkg's triggers (deb-triggers(5); dpkg's doc/spec/triggers.txt): who wants to know, and what has happened. */

/** An entry in dpkg's directory of triggers. */
export interface Interest {
  readonly trigger: string;
  /** `File` has those in paths; each other trigger has a file of its own. */
  readonly file: string;
  readonly line: string;
}

const directive = /^\s*interest(-await|-noawait)?\s+(\w[\w.+:@-]*|\/\S+)\s*$/;

/** What a package's file `triggers` declares interest in. */
export function interests(lines: readonly string[], packageName: string): Interest[] {
  return lines.flatMap((text) => {
    const [, option, trigger] = directive.exec(text) ?? [];
    // A name becomes a file's.
    if (trigger === undefined || ["File", "Unincorp", "Lock"].includes(trigger)) return [];
    const who = option === "-noawait" ? `${packageName}/noawait` : packageName;
    return trigger.startsWith("/")
      ? [{ trigger, file: "File", line: `${trigger} ${who}` }]
      : [{ trigger, file: trigger, line: who }];
  });
}

/**
 * The triggers that unpacking `paths` activates, as lines of `Unincorp`; nobody awaits them.
 *
 * @param file dpkg's triggers/File: a path or the directory above it, and who is interested
 */
export function linesOfTriggers(file: string, paths: readonly string[]): string[] {
  const watched = new Set(
    file.split("\n").flatMap((line) => line.split(" ", 1).filter((path) => path !== "")),
  );
  const active = new Set<string>();
  for (const path of paths) {
    for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (watched.has(at)) active.add(at);
  }
  return [...active].map((path) => `${path} -`);
}
