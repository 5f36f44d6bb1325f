/**
 * A file over HTTP, as a whole or in part: range requests (RFC 9110, section 14) of one range; of several, which it may, it sends the
 * whole. The entity tag is a strong one: it changes with the file's size, its time of change and its inode.
 */

import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** Bytes from `start` to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a Range header asks of a file of `size` bytes; "all" where it is none that can be understood (14.2). */
export function readRange(header: string | undefined, size: number): ByteRange | "all" | "unsatisfiable" {
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return "all";
  if (first === "") {
    const start = Math.max(0, size - Number(last));
    return start < size ? { start, end: size } : "unsatisfiable";
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return "all";
  if (start >= size) return "unsatisfiable";
  return { start, end: last === "" ? size : Math.min(size, Number(last) + 1) };
}

/** Answers a request for a file; a file that cannot be opened is not found. */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const file = await open(path).catch(() => undefined);
  if (!file) {
    response.writeHead(404).end("not found\n");
    return;
  }
  try {
    await answer(request, response, file);
  } catch {
    // Who asked has gone, or the file was cut off: what was promised cannot be sent.
    response.destroy();
  } finally {
    await file.close();
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, file: FileHandle): Promise<void> {
  const stat = await file.stat({ bigint: true });
  const size = Number(stat.size);
  const tag = `"${stat.ino.toString(36)}-${stat.size.toString(36)}-${stat.mtimeNs.toString(36)}"`;
  const date = stat.mtime.toUTCString();
  const condition = request.headers["if-range"];
  const isWanted =
    request.method === "GET" && (condition === undefined || [tag, date].includes(`${condition}`));
  const range = isWanted ? readRange(request.headers.range, size) : "all";
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("ETag", tag);
  response.setHeader("Last-Modified", date);
  if (range === "unsatisfiable") {
    response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range === "all" ? { start: 0, end: size } : range;
  if (range !== "all") response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${size}`);
  const type = { "Content-Type": "application/octet-stream", "Content-Length": end - start };
  response.writeHead(range === "all" ? 200 : 206, type);
  if (request.method === "HEAD" || end === start) response.end();
  else await pipeline(file.createReadStream({ start, end: end - 1, autoClose: false }), response);
}
