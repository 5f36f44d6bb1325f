/**
 * dpkg's database in a directory, as dpkg 1.22 reads and writes it: `status`, `info/*` (deb-control(5), dpkg(1)). A package is
 * entered once all of its files are in place, as "unpacked"; `dpkg --configure` does the rest.
 */

import { fromUtf8 } from "../../../base/bytes.ts";
import { parseDeb822 } from "../../../formats/deb822.ts";
import { type Diversions, diversionsFor } from "./diversions.ts";
import { ARCHITECTURE, Package } from "./package.ts";
import type { RootTree } from "./root-tree.ts";
import { interests, linesOfTriggers } from "./triggers.ts";
import { type ControlFiles, linesOf, type Unpacked } from "./unpack.ts";

export const ADMIN = "/var/lib/dpkg";

export class DpkgDatabase {
  readonly #tree: RootTree;
  /** Paragraphs of `status` by package. */
  readonly #status = new Map<string, string>();

  private constructor(tree: RootTree) {
    this.#tree = tree;
    this.reload();
  }

  /** The database in a directory, made where there is none. */
  static async open(tree: RootTree): Promise<DpkgDatabase> {
    for (const folder of ["info", "updates", "triggers", "alternatives", "parts"]) {
      tree.makeDirectory(`${ADMIN}/${folder}`);
    }
    for (const file of [
      "status",
      "available",
      "diversions",
      "statoverride",
      "triggers/Unincorp",
      "triggers/File",
    ]) {
      if (!tree.exists(`${ADMIN}/${file}`)) await tree.write(`${ADMIN}/${file}`, "");
    }
    await tree.write(`${ADMIN}/info/format`, "1\n");
    await tree.write(`${ADMIN}/arch`, `${ARCHITECTURE}\n`);
    return new DpkgDatabase(tree);
  }

  /** Reads what dpkg has changed meanwhile. */
  reload(): void {
    this.#status.clear();
    for (const part of this.#tree.readText(`${ADMIN}/status`).split(/\n\n+/)) {
      const name = /^Package: (\S+)$/m.exec(part)?.[1];
      if (name !== undefined) this.#status.set(name, part.trimEnd());
    }
  }

  /** Packages of which all files are there. */
  get installed(): Package[] {
    return this.#inState(/^Status: \S+ \S+ (installed|unpacked|half-configured|triggers-\w+)$/m);
  }

  /** Packages that have not been configured yet, or not successfully. */
  get unconfigured(): Package[] {
    return this.#inState(/^Status: \S+ \S+ (unpacked|half-configured|triggers-\w+)$/m);
  }

  #inState(state: RegExp): Package[] {
    const texts = [...this.#status.values()].filter((text) => state.test(text));
    return texts.flatMap((text) => parseDeb822(text).map((paragraph) => new Package(paragraph)));
  }

  diversionsFor(name: string): Diversions {
    return diversionsFor(this.#tree.readText(`${ADMIN}/diversions`), name);
  }

  /** Puts a package's control files where dpkg has them; the path of a maintainer script follows from its name. */
  async addControlFiles(item: Package, files: ControlFiles): Promise<void> {
    for (const [name, { bytes, mode }] of files) {
      if (name !== "control") await this.#tree.write(this.infoPath(item, name), bytes, mode);
    }
  }

  infoPath(item: Package, file: string): string {
    return `${ADMIN}/info/${infoName(item)}.${file}`;
  }

  /** Enters a package that has been unpacked. */
  async addUnpacked(item: Package, files: ControlFiles, unpacked: Unpacked): Promise<void> {
    await this.#tree.write(this.infoPath(item, "list"), unpacked.paths.map((path) => `${path}\n`).join(""));
    if (!files.has("md5sums"))
      await this.#tree.write(this.infoPath(item, "md5sums"), md5sums(files, unpacked));
    await this.#addInterests(item, files);
    await this.#activate(unpacked.paths);
    this.#status.set(item.name, statusParagraph(files, unpacked));
    await this.#write();
  }

  async #write(): Promise<void> {
    const paragraphs = [...this.#status.values()].map((text) => `${text}\n\n`);
    await this.#tree.write(`${ADMIN}/status`, paragraphs.join(""));
  }

  async #addInterests(item: Package, files: ControlFiles): Promise<void> {
    for (const { trigger, file, line } of interests(linesOf(files, "triggers"), infoName(item))) {
      const path = `${ADMIN}/triggers/${file}`;
      const lines = this.#tree
        .readText(path)
        .split("\n")
        .filter((other) => other !== "" && other !== line);
      if (trigger !== "") await this.#tree.write(path, [...lines, line, ""].join("\n"));
    }
  }

  /** Notes which packages want to know of these files; dpkg runs their triggers when it next configures. */
  async #activate(paths: readonly string[]): Promise<void> {
    const path = `${ADMIN}/triggers/Unincorp`;
    const noted = this.#tree.readText(path);
    const lines = linesOfTriggers(this.#tree.readText(`${ADMIN}/triggers/File`), paths).filter(
      (line) => !`\n${noted}`.includes(`\n${line}\n`),
    );
    if (lines.length > 0) await this.#tree.write(path, noted + lines.map((line) => `${line}\n`).join(""));
  }
}

/** Packages that can be there for several architectures have theirs in the names of files. */
function infoName(item: Package): string {
  return item.field("Multi-Arch") === "same" ? `${item.name}:${item.field("Architecture")}` : item.name;
}

function conffilesOf(files: ControlFiles): string[] {
  // A line may begin with "remove-on-upgrade" (deb-conffiles(5)); such a file is not in the package.
  return linesOf(files, "conffiles").filter((line) => line.startsWith("/"));
}

/** The control file with what dpkg adds: the state, and the digests of configuration files. */
function statusParagraph(files: ControlFiles, { digests }: Unpacked): string {
  const control = fromUtf8(files.get("control")?.bytes ?? new Uint8Array(0)).trim();
  const text = control.split(/\n[ \t]*\n/, 1)[0] ?? "";
  const conffiles = conffilesOf(files).map((path) => `\n ${path} ${digests.get(path) ?? "newconffile"}`);
  const tail = conffiles.length === 0 ? "" : `\nConffiles:${conffiles.join("")}`;
  const withState = text.replace(/^(Package:.*)$/im, "$1\nStatus: install ok unpacked");
  return `${withState}${tail}`;
}

/** As packages ship them: digests and paths without the leading slash, without configuration files. */
function md5sums(files: ControlFiles, { digests }: Unpacked): string {
  const conffiles = new Set(conffilesOf(files));
  const lines = [...digests].filter(([path]) => !conffiles.has(path));
  return lines.map(([path, digest]) => `${digest}  ${path.slice(1)}\n`).join("");
}
