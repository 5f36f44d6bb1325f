/** Gets files by HTTP with Node's fetch: ranges, redirects, and a limit on silence. */

import type { Fetched, Fetcher } from "../../guests/debian/ports.ts";

/** How long a server may stay silent, in milliseconds. */
const defaultSilence = 30_000;

export class HttpFetcher implements Fetcher {
  readonly #silence: number;

  constructor(silence = defaultSilence) {
    this.#silence = silence;
  }

  async fetch(url: string, from: number): Promise<Fetched> {
    const watch = new Watch(this.#silence);
    // "identity": a range counts the file's own bytes, not those of a compressed transfer.
    const headers = { "Accept-Encoding": "identity", ...(from > 0 ? { Range: `bytes=${from}-` } : {}) };
    const response = await fetch(url, { headers, signal: watch.signal }).catch((error: unknown) => {
      watch.stop();
      throw explained(error);
    });
    watch.touch();
    return {
      status: response.status,
      from: response.status === 206 ? rangeStart(response.headers.get("Content-Range")) : 0,
      body: chunksOf(response, watch),
      cancel: async () => {
        watch.stop();
        await response.body?.cancel();
      },
    };
  }
}

async function* chunksOf(response: Response, watch: Watch): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      watch.touch();
      yield chunk;
      watch.touch();
    }
  } catch (error) {
    throw explained(error);
  } finally {
    watch.stop();
  }
}

/** "bytes 100-199/200" begins at 100. */
function rangeStart(header: string | null): number {
  return Number(/^bytes (\d+)-/.exec(header ?? "")?.[1] ?? Number.NaN);
}

/** Node hides the reason of a failed fetch in its cause. */
function explained(error: unknown): Error {
  const { message, cause } = error as Error;
  const deeper = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  return new Error(deeper ?? message);
}

/** Aborts an exchange in which nothing happened for too long. */
class Watch {
  readonly #controller = new AbortController();
  readonly #silence: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(silence: number) {
    this.#silence = silence;
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(): void {
    this.stop();
    const reason = new Error(`no answer for ${this.#silence / 1000} s`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), this.#silence);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
