/** A cache directory: whole files appear by rename, claims are lock files that name their process. */

import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Cache, CacheWriter } from "../../guests/debian/ports.ts";

/** Where Strata caches: $STRATA_CACHE, else as the XDG Base Directory Specification says. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.STRATA_CACHE) return env.STRATA_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "strata");
}

/** A cache in a directory, which is made when something is first written. */
export class DirectoryCache implements Cache {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  path(name: string): string {
    return join(this.#directory, name);
  }

  async size(name: string): Promise<number | undefined> {
    return stat(this.path(name)).then(({ size }) => size, absent);
  }

  read(name: string): AsyncIterable<Uint8Array> {
    return createReadStream(this.path(name), { highWaterMark: 1 << 20 });
  }

  async append(name: string): Promise<CacheWriter> {
    const file = await this.#open(name, "a");
    return {
      write: (chunk) => file.writeFile(chunk),
      close: () => file.close(),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(this.path(from), this.path(to));
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { force: true });
  }

  temporary(name: string): string {
    return `${name}.${randomUUID()}.tmp`;
  }

  async claim(name: string): Promise<(() => Promise<void>) | undefined> {
    const lock = `${name}.lock`;
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const file = await this.#open(lock, "wx");
        await file.writeFile(String(process.pid));
        await file.close();
        return () => this.remove(lock);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      if (await this.#isHeld(lock)) return undefined;
      await this.remove(lock);
    }
    return undefined;
  }

  /** Whether the process that a lock file names still runs; a lock not yet filled in is held. */
  async #isHeld(lock: string): Promise<boolean> {
    const text = await readFile(this.path(lock), "utf8").catch(() => "");
    if (text === "") return true;
    try {
      process.kill(Number(text), 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  }

  async #open(name: string, flags: string) {
    const path = this.path(name);
    await mkdir(dirname(path), { recursive: true });
    return open(path, flags);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
