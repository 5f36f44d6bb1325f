/**
 * Downloads a file whose size and SHA-256 are known into the cache. It appears there under its name only once
 * it is whole and verified; until then it is `NAME.part`, which a later attempt continues.
 */

import type { Chunks } from "../../formats/byte-reader.ts";
import { IntegrityError, MirrorError } from "./errors.ts";
import type { DebianPorts, Fetched, Hash } from "./ports.ts";

/** What to download. */
export interface Wanted {
  readonly url: string;
  /** What errors and progress call it. */
  readonly what: string;
  /** Its name in the cache. */
  readonly name: string;
  readonly size: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

const attempts = 3;

/** Downloads unless the cache has it; false where the mirror answers 404. */
export async function download(ports: DebianPorts, wanted: Wanted): Promise<boolean> {
  const { cache } = ports;
  if (!/^[0-9a-f]{64}$/.test(wanted.sha256))
    throw new IntegrityError(`${wanted.what} is listed without SHA-256`);
  if ((await cache.size(wanted.name)) === wanted.size) return true;
  const part = `${wanted.name}.part`;
  // While another process continues the part, we load into a file of our own, which nobody can continue.
  const release = await cache.claim(part);
  const target = release ? part : cache.temporary(wanted.name);
  try {
    if (!(await loadWithRetries(ports, wanted, target))) return false;
    await cache.rename(target, wanted.name);
    return true;
  } finally {
    if (!release) await cache.remove(target);
    await release?.();
  }
}

async function loadWithRetries(ports: DebianPorts, wanted: Wanted, target: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await load(ports, wanted, target);
    } catch (error) {
      if (!(error instanceof MirrorError) || attempt === attempts) throw error;
    }
  }
}

/** One attempt: continues what is in `target`, then verifies the whole. */
async function load(ports: DebianPorts, wanted: Wanted, target: string): Promise<boolean> {
  let hash = ports.sha256();
  let have = await hashed(ports, target, hash);
  if (have < wanted.size) {
    const answer = await ask(ports, wanted.url, have);
    if (answer.status === 404) return answer.cancel().then(() => false);
    if (answer.status !== 200 && answer.status !== 206) {
      await answer.cancel();
      if (answer.status === 416) await ports.cache.remove(target);
      throw new MirrorError(`Cannot fetch ${wanted.url}: the mirror answers ${answer.status}`);
    }
    if (answer.from !== have) {
      await ports.cache.remove(target);
      hash = ports.sha256();
      have = 0;
    }
    if (answer.from !== have) throw new MirrorError(`Cannot fetch ${wanted.url}: wrong range in the answer`);
    have = await receive(ports, wanted, target, answer, hash, have);
  }
  await verify(ports, wanted, target, have, hash.digest());
  return true;
}

/** Feeds what is in the file already to `hash`; its length. */
async function hashed(ports: DebianPorts, name: string, hash: Hash): Promise<number> {
  if (!(await ports.cache.size(name))) return 0;
  let length = 0;
  for await (const chunk of ports.cache.read(name)) {
    hash.update(chunk);
    length += chunk.length;
  }
  return length;
}

async function receive(
  ports: DebianPorts,
  wanted: Wanted,
  target: string,
  answer: Fetched,
  hash: Hash,
  start: number,
): Promise<number> {
  const writer = await ports.cache.append(target);
  let have = start;
  try {
    for await (const chunk of namingUrl(answer.body, wanted.url)) {
      have += chunk.length;
      if (have > wanted.size) break;
      hash.update(chunk);
      await writer.write(chunk);
      ports.progress?.(wanted.what, have, wanted.size);
    }
  } finally {
    await writer.close();
  }
  if (have < wanted.size) {
    throw new MirrorError(`Cannot fetch ${wanted.url}: it ended after ${have} of ${wanted.size} bytes`);
  }
  return have;
}

/** A file that is wrong is of no use to later attempts either. */
async function verify(
  ports: DebianPorts,
  { what, size, sha256 }: Wanted,
  target: string,
  have: number,
  actual: string,
): Promise<void> {
  if (have === size && actual === sha256) return;
  await ports.cache.remove(target);
  if (have !== size) throw new IntegrityError(`${what} has more than the ${size} bytes that Debian lists`);
  throw new IntegrityError(`${what} has SHA-256 ${actual}, but Debian lists ${sha256}`);
}

/** Asks the mirror; what fails becomes an error that names the address. */
export async function ask(ports: DebianPorts, url: string, from: number): Promise<Fetched> {
  try {
    return await ports.fetcher.fetch(url, from);
  } catch (error) {
    throw unreachableMirror(url, error);
  }
}

/** The body, whose failures name the address. */
export async function* namingUrl(body: Chunks, url: string): Chunks {
  try {
    yield* body;
  } catch (error) {
    throw unreachableMirror(url, error);
  }
}

function unreachableMirror(url: string, error: unknown): MirrorError {
  return new MirrorError(`Cannot fetch ${url}: ${error instanceof Error ? error.message : String(error)}`);
}
