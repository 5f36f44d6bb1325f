/** Packages made for tests (deb(5)). */

import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { concatBytes, utf8 } from "../../../base/bytes.ts";

/** An entry of a tar archive: a file where it has a body. */
export type TestEntry = Partial<Header> & { readonly name: string; readonly body?: string };

export async function tarOf(entries: readonly TestEntry[]): Promise<Uint8Array> {
  const tar = pack();
  for (const { body, ...header } of entries) tar.entry(header, body ?? "");
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return concatBytes(chunks);
}

/** A package with these control files and these files. */
export async function debOf(
  control: Record<string, string>,
  data: readonly TestEntry[],
): Promise<Uint8Array> {
  const scripts = ["preinst", "postinst", "prerm", "postrm", "config"];
  const files = Object.entries(control).map(([name, body]) => ({
    name: `./${name}`,
    body,
    mode: scripts.includes(name) ? 0o755 : 0o644,
  }));
  return concatBytes([
    utf8("!<arch>\n"),
    ...member("debian-binary", utf8("2.0\n")),
    ...member("control.tar.gz", gzipSync(await tarOf(files))),
    ...member("data.tar.gz", gzipSync(await tarOf(data))),
  ]);
}

function member(name: string, bytes: Uint8Array): Uint8Array[] {
  const header = utf8(`${name.padEnd(48)}${String(bytes.length).padEnd(10)}\`\n`);
  return [header, bytes, new Uint8Array(bytes.length % 2)];
}
