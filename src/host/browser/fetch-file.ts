/** Files of a guest from the page's server, checked by their hashes and kept by the browser. */

import { InputError } from "../../base/errors.ts";

/** A file that cannot be had, or is not what it should be. */
export class FetchError extends InputError {
  override readonly name = "FetchError";
}

/** A file of a server. */
export interface RemoteFile {
  readonly url: string;
  readonly size: number;
  /** SHA-256, in hexadecimal digits. */
  readonly sha256: string;
}

export type Progress = (url: string, done: number, total: number) => void;

const CACHE = "strata-guest-files";

/** The bytes of a file. Throws FetchError, in words for the page. */
export async function fetchFile(file: RemoteFile, progress: Progress): Promise<Uint8Array<ArrayBuffer>> {
  const kept = await openCache();
  const name = keyOf(file);
  const hit = await kept?.match(name);
  if (hit) {
    const bytes = new Uint8Array(await hit.arrayBuffer());
    if (await isRight(bytes, file)) {
      progress(file.url, bytes.length, bytes.length);
      return bytes;
    }
  }
  const bytes = await download(file, progress);
  if (!(await isRight(bytes, file))) {
    throw new FetchError(
      `Cannot use ${file.url}: it is not the file that the page was made with (wrong SHA-256)`,
    );
  }
  // What cannot be kept is fetched again next time.
  await kept?.put(name, new Response(bytes)).catch(() => {});
  return bytes;
}

/** A file is kept by what it holds, so that a new one at the same address is another. */
function keyOf({ url, sha256 }: RemoteFile): Request {
  const address = new URL(url);
  address.searchParams.set("sha256", sha256);
  return new Request(address);
}

async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(CACHE);
  } catch {
    return undefined;
  }
}

async function download({ url, size }: RemoteFile, progress: Progress): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(url).catch(() => undefined);
  if (!answer) throw new FetchError(`Cannot fetch ${url}: the server does not answer`);
  if (!answer.ok || !answer.body)
    throw new FetchError(`Cannot fetch ${url}: the server says ${answer.status}`);
  const bytes = new Uint8Array(size);
  let done = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { value, done: isEnd } = await reader.read();
    if (isEnd) break;
    if (done + value.length > size) throw new FetchError(`Cannot use ${url}: it has more than ${size} bytes`);
    bytes.set(value, done);
    done += value.length;
    progress(url, done, size);
  }
  if (done < size) throw new FetchError(`Cannot use ${url}: it has ${done} bytes instead of ${size}`);
  return bytes;
}

/** Whether it has the right hash; only its size is looked at where the browser has no hashes: in pages without a secure context. */
async function isRight(bytes: Uint8Array<ArrayBuffer>, { size, sha256 }: RemoteFile): Promise<boolean> {
  if (!crypto.subtle) return bytes.length === size;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}
