/** `strata web`: the page with machines that run in the browser, and the guest that they boot. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { InternalError } from "../base/errors.ts";
import type { RemoteFile } from "../host/browser/fetch-file.ts";
import { serveFile } from "../host/node/serve-file.ts";
import type { GuestManifest } from "../web/protocol.ts";
import { FileError } from "./errors.ts";
import type { Outcome } from "./exit-status.ts";
import { diskDriverArchive, guestImage, pullBootFiles } from "./guest-image.ts";
import { ProgressLine } from "./progress.ts";
import { findDisks } from "./web-disks.ts";

export interface WebOptions {
  readonly port: number;
  readonly host: string;
  readonly isolation: boolean;
  readonly disk?: readonly string[];
  readonly export?: string;
  readonly mirror?: string;
}

/** The page, as the build left it. */
const site = fileURLToPath(new URL("../site", import.meta.url));

/** Headers by which a page is isolated from others and has shared memory and fine clocks (HTML, cross-origin isolation). */
const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
} as const;

/** Where disk images are, below the page. */
const DISKS = "disks/";

/** What the page boots: by the names that it has below the page. */
type GuestPages = ReadonlyMap<string, GuestPage>;

interface GuestPage {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export async function web(options: WebOptions): Promise<Outcome> {
  if (!existsSync(join(site, "index.html"))) throw new InternalError("the page was not built: npm run build");
  const disks = await findDisks(options.disk ?? []);
  const guest = await makeGuest(options.mirror, [...disks.keys()]);
  if (options.export !== undefined) return exportGuest(guest, options.export);
  const server = createServer(serve(guest, disks, options.isolation));
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://${options.host}:${port}/\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  server.closeAllConnections();
  server.close();
  return { status: 0 };
}

/** The kernel, the initial file system, and what says where they are. */
async function makeGuest(mirror: string | undefined, disks: readonly string[]): Promise<GuestPages> {
  const line = new ProgressLine(process.stderr);
  try {
    const progress = (what: string, bytes: number, total: number) => line.show(what, bytes, total);
    const { kernel, initrd, commandLine } = await guestImage({ mirror, term: "xterm-256color", progress });
    const bootFiles = await pullBootFiles({ mirror, progress });
    const busybox = await readFile(bootFiles.busybox);
    const drivers = await diskDriverArchive(bootFiles);
    const files = { kernel, initrd: initrd ?? new Uint8Array(0), busybox, "disk-drivers": drivers };
    const manifest: GuestManifest = {
      kernel: remoteFile("kernel", files.kernel),
      initrd: remoteFile("initrd", files.initrd),
      commandLine: commandLine ?? "",
      busybox: remoteFile("busybox", files.busybox),
      diskDrivers: remoteFile("disk-drivers", drivers),
      disks: disks.map((name) => ({ name, url: `../${DISKS}${encodeURIComponent(name)}` })),
    };
    const pages = new Map<string, GuestPage>();
    for (const [name, bytes] of Object.entries(files)) {
      pages.set(`guest/${name}`, { type: "application/octet-stream", bytes });
    }
    pages.set("guest/guest.json", {
      type: "application/json",
      bytes: Buffer.from(JSON.stringify(manifest)),
    });
    return pages;
  } finally {
    line.clear();
  }
}

function remoteFile(url: string, bytes: Uint8Array): RemoteFile {
  return { url, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function exportGuest(guest: GuestPages, directory: string): Promise<Outcome> {
  try {
    await mkdir(join(directory, "guest"), { recursive: true });
    for (const [name, { bytes }] of guest) await writeFile(join(directory, name), bytes);
  } catch (error) {
    throw new FileError(`Cannot write "${directory}": ${(error as NodeJS.ErrnoException).code}`);
  }
  return { status: 0 };
}

function serve(guest: GuestPages, disks: ReadonlyMap<string, string>, isolation: boolean) {
  const headers = Object.entries(isolation ? isolated : {});
  const files = sirv(site, { dev: false, etag: true, gzip: true });
  return (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of headers) response.setHeader(name, value);
    const path = pathOf(request);
    const image = path.startsWith(DISKS) ? disks.get(path.slice(DISKS.length)) : undefined;
    if (image !== undefined) {
      void serveFile(request, response, image);
      return;
    }
    const page = guest.get(path);
    if (page) {
      response.setHeader("Content-Type", page.type);
      response.setHeader("Content-Length", page.bytes.length);
      response.end(request.method === "HEAD" ? undefined : page.bytes);
      return;
    }
    files(request, response, () => {
      response.statusCode = 404;
      response.end("not found\n");
    });
  };
}

/** What a request is for, below the page; nothing for what is no address. */
function pathOf({ url }: IncomingMessage): string {
  try {
    return decodeURIComponent(new URL(url ?? "/", "http://strata").pathname.slice(1));
  } catch {
    return "";
  }
}

function listen(server: Server, { port, host }: WebOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      reject(new FileError(`Cannot serve on ${host}:${port}: ${code}`));
    });
    server.listen(port, host, () => resolve());
  });
}
