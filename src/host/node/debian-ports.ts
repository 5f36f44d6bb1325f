/** What pulling Debian's packages needs, on Node.js. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { DebianPorts, Progress } from "../../guests/debian/ports.ts";
import { decompress, untar } from "./archives.ts";
import { cacheDirectory, DirectoryCache } from "./cache.ts";
import { HttpFetcher } from "./fetcher.ts";

/** The ports over a cache directory and the network. */
export function debianPorts(options: { cache?: string; progress?: Progress } = {}): DebianPorts {
  const { cache = cacheDirectory(), progress } = options;
  return {
    fetcher: new HttpFetcher(),
    cache: new DirectoryCache(cache),
    sha256: () => {
      const hash = createHash("sha256");
      return {
        update: (chunk) => {
          hash.update(chunk);
        },
        digest: () => hash.digest("hex"),
      };
    },
    decompress,
    untar,
    ...(progress ? { progress } : {}),
  };
}

/** The host's own copy of Debian's keys, where it has one (package debian-archive-keyring). */
export async function hostKeyring(): Promise<Uint8Array | undefined> {
  return readFile("/usr/share/keyrings/debian-archive-keyring.gpg").catch(() => undefined);
}
