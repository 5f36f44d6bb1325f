/** What pulling Debian's packages needs, on Node.js. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { DebianPorts, Hash, Progress } from "../../guests/debian/ports.ts";
import { decompress, untar } from "./archives.ts";
import { cacheDirectory, DirectoryCache } from "./cache.ts";
import { HttpFetcher } from "./fetcher.ts";

/** The ports over a cache directory and the network. */
export function debianPorts(options: { cache?: string; progress?: Progress } = {}): DebianPorts {
  const { cache = cacheDirectory(), progress } = options;
  return {
    fetcher: new HttpFetcher(),
    cache: new DirectoryCache(cache),
    sha256: () => hash("sha256"),
    md5: () => hash("md5"),
    decompress,
    untar,
    ...(progress ? { progress } : {}),
  };
}

function hash(algorithm: "sha256" | "md5"): Hash {
  const state = createHash(algorithm);
  return {
    update: (chunk) => {
      state.update(chunk);
    },
    digest: () => state.digest("hex"),
  };
}

/** The host's own copy of Debian's keys, where it has one (package debian-archive-keyring). */
export async function hostKeyring(): Promise<Uint8Array | undefined> {
  return readFile("/usr/share/keyrings/debian-archive-keyring.gpg").catch(() => undefined);
}
