/**
 * Finds a Debian mirror: the one the user names, else the one that this host's apt uses (sources.list(5), in
 * both its formats). Only an entry for a Debian suite's main component counts; its suite may be any.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Paragraph } from "../../formats/deb822.ts";

/** Parses control data; given by the caller because a host imports no values of other layers. */
export type ParseDeb822 = (text: string) => Paragraph[];

export interface MirrorSources {
  /** What the user said on the command line. */
  readonly flag?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** apt's configuration directory. */
  readonly apt?: string;
}

/** The base URL of a Debian archive; undefined where none is known. */
export async function findMirror(
  parse: ParseDeb822,
  { flag, env = process.env, apt = "/etc/apt" }: MirrorSources = {},
): Promise<string | undefined> {
  return flag || env.STRATA_MIRROR || (await aptMirror(parse, apt));
}

/** A line or paragraph of apt's sources. */
interface Source {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

async function aptMirror(parse: ParseDeb822, apt: string): Promise<string | undefined> {
  const folder = join(apt, "sources.list.d");
  const names = (await readdir(folder).catch(() => [])).sort();
  for (const file of [join(apt, "sources.list"), ...names.map((name) => join(folder, name))]) {
    const text = await readFile(file, "utf8").catch(() => "");
    const source = sourcesIn(parse, file, text).find(isDebian);
    if (source) return source.uri.replace(/\/+$/, "");
  }
  return undefined;
}

/** apt looks only at files that end in .list and .sources. */
function sourcesIn(parse: ParseDeb822, file: string, text: string): Source[] {
  if (file.endsWith(".list")) return text.split("\n").flatMap(oneLine);
  return file.endsWith(".sources") ? parse(text).flatMap(paragraph) : [];
}

/** `deb [options] uri suite component...` */
function oneLine(line: string): Source[] {
  const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
  const [, uri = "", suite = "", components = ""] = match ?? [];
  return match ? [{ uri, suite, components: words(components) }] : [];
}

function paragraph(fields: Paragraph): Source[] {
  const list = (name: string) => words(fields.get(name) ?? "");
  if (!list("Types").includes("deb") || fields.get("Enabled") === "no") return [];
  const components = list("Components");
  return list("URIs").flatMap((uri) => list("Suites").map((suite) => ({ uri, suite, components })));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

const debianSuite = /^(stable|oldstable|testing|unstable|sid|bullseye|bookworm|trixie|forky)$/;

/** The archive itself by HTTP: not its security updates, and no other distribution or vendor. */
function isDebian({ uri, suite, components }: Source): boolean {
  return /^https?:/.test(uri) && debianSuite.test(suite) && components.includes("main");
}
