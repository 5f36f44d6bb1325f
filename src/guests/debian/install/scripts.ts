/**
 * Runs the packages' own scripts in the directory (Debian Policy 6.5, 6.6): `preinst` before unpacking by ourselves, `postinst`
 * and triggers by the directory's own dpkg, which keeps its database meanwhile. What they print is kept in a log.
 */

import type { DpkgDatabase } from "./database.ts";
import type { Package } from "./package.ts";
import type { RootTree } from "./root-tree.ts";

/** A script that failed. */
export interface Failure {
  readonly name: string;
  /** One line. */
  readonly reason: string;
}

export interface ScriptResult {
  readonly status: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a program of the directory, as root, in its "/". */
export type RunInRoot = (
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<ScriptResult>;

/** What was printed by scripts, in the directory. */
export const SCRIPT_LOG = "/var/log/strata-pull.log";

/** dpkg goes on with other packages after so many that failed. */
const MOST_ERRORS = 9999;

/** A script that asks takes the defaults; none can start a service. */
const environment = {
  DEBIAN_FRONTEND: "noninteractive",
  DEBCONF_NONINTERACTIVE_SEEN: "true",
  LC_ALL: "C",
  RUNLEVEL: "1",
};

export class Scripts {
  readonly #preparing: Failure[] = [];
  #configuring: readonly Failure[] = [];
  readonly #tree: RootTree;
  readonly #database: DpkgDatabase;
  readonly #run: RunInRoot;
  readonly #say: (line: string) => void;

  constructor(tree: RootTree, database: DpkgDatabase, run: RunInRoot, say: (line: string) => void) {
    this.#tree = tree;
    this.#database = database;
    this.#run = run;
    this.#say = say;
  }

  get failures(): readonly Failure[] {
    return [...this.#preparing, ...this.#configuring];
  }

  /** Whether a package can be unpacked only after others have been configured (Debian Policy 7.2). */
  mustConfigureBefore(item: Package): boolean {
    const waiting = this.#database.unconfigured;
    return item.preDepends.some((group) =>
      waiting.some((other) => group.some((relation) => other.satisfies(relation))),
    );
  }

  /** Runs a package's `preinst`, if it has one; whether it may be unpacked. */
  async preinst(item: Package, exists: boolean): Promise<boolean> {
    if (!exists) return true;
    const { status, output } = await this.#run(this.#database.infoPath(item, "preinst"), ["install"], {
      ...environment,
      DPKG_MAINTSCRIPT_PACKAGE: item.name,
      DPKG_MAINTSCRIPT_ARCH: item.field("Architecture") ?? "",
      DPKG_MAINTSCRIPT_NAME: "preinst",
      DPKG_ROOT: "",
      DPKG_ADMINDIR: "/var/lib/dpkg",
      DPKG_RUNNING_VERSION: "1.22.22",
    });
    await this.#log(`${item.name} ${item.version}: preinst install`, output);
    if (status === 0) return true;
    this.#preparing.push({
      name: item.name,
      reason: `its preinst ends with status ${status}${lastLine(output)}`,
    });
    return false;
  }

  /** Configures the package that makes /etc/passwd: other scripts rely on it without saying so (debootstrap(8)). */
  async configureFirst(name: string): Promise<void> {
    if (this.#database.unconfigured.some((item) => item.name === name)) {
      await this.#dpkg(["--force-depends", "--configure", name]);
    }
  }

  /** Configures all that is unpacked, and runs triggers. */
  async configure(): Promise<void> {
    const waiting = this.#database.unconfigured;
    if (waiting.length === 0) return;
    this.#say(`configuring ${waiting.length} packages`);
    const { status, output } = await this.#dpkg(["--configure", "--pending"]);
    const found: Failure[] = [...failuresIn(output)];
    if (status !== 0 && found.length === 0) {
      found.push({ name: "dpkg", reason: `it ends with status ${status}${lastLine(output)}` });
    }
    // Those of an earlier attempt have been tried again.
    this.#configuring = found;
  }

  async #dpkg(args: readonly string[]): Promise<ScriptResult> {
    const all = ["--force-confold", `--abort-after=${MOST_ERRORS}`, ...args];
    const result = await this.#run("/usr/bin/dpkg", all, environment);
    await this.#log(`dpkg ${all.join(" ")}`, result.output);
    this.#database.reload();
    return result;
  }

  async #log(what: string, output: string): Promise<void> {
    await this.#tree.write(SCRIPT_LOG, `${this.#tree.readText(SCRIPT_LOG)}==> ${what}\n${output}`);
  }
}

/** What dpkg says of a package that it cannot configure, or of which a trigger fails. */
export function failuresIn(output: string): readonly Failure[] {
  const pattern = /^dpkg: error processing package (\S+) \(--configure\):\n (.*)$/gm;
  return [...output.matchAll(pattern)].map(([, name = "", reason = ""]) => ({ name, reason: reason.trim() }));
}

function lastLine(output: string): string {
  const line = output.trim().split("\n").at(-1);
  return line ? `: ${line}` : "";
}
