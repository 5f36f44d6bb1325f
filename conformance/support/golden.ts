/**
 * Golden vectors: what QEMU computed, recorded. A group is one file of gzipped JSON, a list of programs with a digest of
 * the program that was recorded and its results. Programs are made anew from fixed seeds; a digest that differs means
 * that the generators changed and that the group is to be recorded again.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

export interface GoldenVector {
  readonly name: string;
  /** The first 16 digits of the SHA-256 of the program's image. */
  readonly digest: string;
  /** Base64. */
  readonly results: string;
}

/** Whether this run writes the golden vectors: STRATA_RECORD=1 npm run conformance. */
export const isRecording = process.env.STRATA_RECORD === "1";

function pathOf(group: string): string {
  return fileURLToPath(new URL(`../golden/data/${group}.json.gz`, import.meta.url));
}

export function digestOf(image: Uint8Array): string {
  return createHash("sha256").update(image).digest("hex").slice(0, 16);
}

export function vectorOf(name: string, image: Uint8Array, results: Uint8Array): GoldenVector {
  return { name, digest: digestOf(image), results: Buffer.from(results).toString("base64") };
}

export function writeGolden(group: string, vectors: readonly GoldenVector[]): void {
  const path = pathOf(group);
  mkdirSync(dirname(path), { recursive: true });
  const sorted = [...vectors].sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(path, gzipSync(JSON.stringify(sorted), { level: 9 }));
}

export function readGolden(group: string): ReadonlyMap<string, GoldenVector> {
  const path = pathOf(group);
  if (!existsSync(path)) return new Map();
  const vectors = JSON.parse(gunzipSync(readFileSync(path)).toString()) as GoldenVector[];
  return new Map(vectors.map((vector) => [vector.name, vector]));
}

/** The recorded results of a program; throws where there are none for it as it is now. */
export function recordedResults(
  vectors: ReadonlyMap<string, GoldenVector>,
  name: string,
  image: Uint8Array,
): Uint8Array {
  const vector = vectors.get(name);
  const again = "record with STRATA_RECORD=1 npm run conformance";
  if (!vector) throw new Error(`${name} has no golden vectors: ${again}`);
  if (vector.digest !== digestOf(image))
    throw new Error(`${name} is not the program that was recorded: ${again}`);
  return new Uint8Array(Buffer.from(vector.results, "base64"));
}
