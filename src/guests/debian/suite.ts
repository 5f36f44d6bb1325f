/** Opens a suite of an archive: fetches what its index files are vouched for by, and verifies it. */

import { fromUtf8 } from "../../base/bytes.ts";
import { type Chunks, collect } from "../../formats/byte-reader.ts";
import { ask, namingUrl } from "./download.ts";
import { IntegrityError, MirrorError } from "./errors.ts";
import type { Suite } from "./packages.ts";
import type { DebianPorts } from "./ports.ts";
import { type Release, type Trust, verifyRelease } from "./release.ts";

const largestRelease = 4 << 20;

/**
 * A suite as the mirror has it now.
 *
 * @param base URL of the archive
 * @param name such as "trixie"
 */
export async function openSuite(
  ports: DebianPorts,
  base: string,
  name: string,
  trust: Trust,
): Promise<Suite> {
  checkSuiteName(name);
  const mirror = base.replace(/\/+$/, "");
  const release = await fetchRelease(ports, mirror, name, name, trust);
  const suite: Suite = { mirror, name, release, spent: [] };
  if (release.suite === name || !isSuiteName(release.suite)) return suite;
  const other = async () => {
    return {
      ...suite,
      name: release.suite,
      release: await fetchRelease(ports, mirror, release.suite, name, trust),
    };
  };
  return { ...suite, underOtherName: other };
}

/** The release that the mirror has under a name: that of a codename. */
async function fetchRelease(
  ports: DebianPorts,
  mirror: string,
  name: string,
  codename: string,
  trust: Trust,
): Promise<Release> {
  const url = `${mirror}/dists/${name}/InRelease`;
  const answer = await ask(ports, url, 0);
  if (answer.status !== 200) {
    await answer.cancel();
    throw new MirrorError(`Cannot fetch ${url}: the mirror answers ${answer.status}`);
  }
  const release = await verifyRelease(
    await text(namingUrl(answer.body, url), largestRelease, url),
    url,
    trust,
  );
  if (release.codename !== codename) {
    throw new IntegrityError(`${url} is the release of "${release.codename}", not of "${codename}"`);
  }
  return release;
}

/** Such a name can be part of a path. */
export function checkSuiteName(name: string): void {
  if (!isSuiteName(name)) throw new MirrorError(`"${name}" is not the name of a suite`);
}

function isSuiteName(name: string): boolean {
  return /^[a-z0-9-]+$/.test(name);
}

/** A whole text of at most `limit` bytes. */
export async function text(chunks: Chunks, limit: number, what: string): Promise<string> {
  const bytes = await collect(chunks, limit);
  if (!bytes) throw new IntegrityError(`${what} is larger than ${limit} bytes`);
  return fromUtf8(bytes);
}
