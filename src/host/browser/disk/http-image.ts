/**
 * A disk image on a server, read by range requests (RFC 9110, section 14). Every answer must be of the same version as the first
 * one, by entity tag, modification date and size: a guest never sees pieces of two images. A small image on a server that knows no
 * ranges is fetched as a whole.
 */

import type { Bytes } from "../../../base/bytes.ts";
import { checkSize, DiskError, type DiskImage } from "./image.ts";

/** The largest image that is fetched as a whole. */
const MOST_WHOLE = 64 * 2 ** 20;

export interface HttpOptions {
  readonly fetch?: typeof fetch;
  /** Milliseconds to wait before each further try, where the server does not answer or fails (status 5xx). */
  readonly retries?: readonly number[];
  /** Whether the server is the page's own. To another one If-Range would need a question in advance (Fetch, CORS preflight). */
  readonly isSameOrigin?: boolean;
}

interface Version {
  readonly size: number;
  readonly tag: string | null;
  readonly date: string | null;
}

/** Opens the image at an address. Rejects with DiskError. */
export async function openHttpImage(url: string, options: HttpOptions = {}): Promise<DiskImage> {
  const get = requester(url, options);
  const answer = await get(rangeHeader(0, 1));
  const common = { name: nameOf(url), place: `url ${url}` };
  if (answer.status === 200) return wholeImage(common, url, answer);
  if (answer.status !== 206) {
    void answer.body?.cancel();
    throw new DiskError(`Cannot use the disk ${url}: the server says ${answer.status}`);
  }
  const version = versionOf(url, answer);
  await answer.arrayBuffer();
  checkSize(url, version.size);
  const condition = options.isSameOrigin === false ? {} : ifRange(version);
  return {
    ...common,
    size: version.size,
    version: textOf(version),
    isLocal: false,
    read: async (offset, length) => {
      const part = await get({ ...rangeHeader(offset, length), ...condition });
      if (part.status !== 206 || !isSame(versionOf(url, part), version)) {
        void part.body?.cancel();
        const isOther = part.status === 206 || part.status === 200 || part.status === 416;
        const why = isOther ? "the image on the server has changed" : `the server says ${part.status}`;
        throw new DiskError(`Cannot read the disk ${url}: ${why}`);
      }
      const bytes = new Uint8Array(await part.arrayBuffer());
      if (bytes.length !== length) throw new DiskError(`Cannot read the disk ${url}: an answer was cut off`);
      return bytes;
    },
  };
}

/** Asks the server, more than once where that may help. */
function requester(url: string, { fetch: ask = fetch, retries = [300, 1500] }: HttpOptions) {
  return async (headers: Readonly<Record<string, string>>): Promise<Response> => {
    for (const delay of [...retries, undefined]) {
      // The browser's own cache would keep everything a second time.
      const answer = await ask(url, { headers, cache: "no-store" }).catch(() => undefined);
      if (answer && (answer.status < 500 || delay === undefined)) return answer;
      void answer?.body?.cancel();
      if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay));
    }
    throw new DiskError(`Cannot use the disk ${url}: the server does not answer`);
  };
}

/** What a server sends that knows no ranges. */
async function wholeImage(
  common: Pick<DiskImage, "name" | "place">,
  url: string,
  answer: Response,
): Promise<DiskImage> {
  const length = answer.headers.get("Content-Length");
  if (length === null || Number(length) > MOST_WHOLE) {
    void answer.body?.cancel();
    const most = MOST_WHOLE / 2 ** 20;
    throw new DiskError(
      `Cannot use the disk ${url}: the server knows no range requests, and the image is larger than ${most} MiB or of unknown size`,
    );
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  checkSize(url, bytes.length);
  const { headers } = answer;
  const version = { size: bytes.length, tag: headers.get("ETag"), date: headers.get("Last-Modified") };
  return {
    ...common,
    size: bytes.length,
    version: textOf(version),
    isLocal: true,
    read: async (offset, count): Promise<Bytes> => bytes.slice(offset, offset + count),
  };
}

const rangeHeader = (offset: number, length: number) => ({ Range: `bytes=${offset}-${offset + length - 1}` });

/** Only a strong tag is good for a condition (RFC 9110, section 13.1.5). */
function ifRange({ tag }: Version): Readonly<Record<string, string>> {
  return tag !== null && !tag.startsWith("W/") ? { "If-Range": tag } : {};
}

function versionOf(url: string, { headers }: Response): Version {
  const range = /^bytes \d+-\d+\/(\d+)$/.exec(headers.get("Content-Range") ?? "");
  if (!range) {
    throw new DiskError(
      `Cannot use the disk ${url}: the server does not say the image's size (another site must expose Content-Range)`,
    );
  }
  return { size: Number(range[1]), tag: headers.get("ETag"), date: headers.get("Last-Modified") };
}

const isSame = (a: Version, b: Version): boolean => a.size === b.size && a.tag === b.tag && a.date === b.date;

function textOf({ size, tag, date }: Version): string | undefined {
  return tag === null && date === null ? undefined : `${size} ${tag ?? ""} ${date ?? ""}`;
}

function nameOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "") || url;
}
