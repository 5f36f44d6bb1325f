/** The disk images that `strata web` serves, by the names that they have below the page. */

import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { DiskError } from "../host/node/block-file.ts";
import { UsageError } from "./option-values.ts";

const SECTOR = 512;

/**
 * Where each image is. Of a directory these are all files directly in it that can be a disk.
 * Throws DiskError for a path that is none, UsageError where two have one name.
 */
export async function findDisks(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of paths) {
    for (const image of await imagesAt(path)) {
      const name = basename(image);
      if (found.has(name)) throw new UsageError(`Two disks have the name "${name}"`);
      found.set(name, image);
    }
  }
  return found;
}

async function imagesAt(path: string): Promise<readonly string[]> {
  const found = await statOf(path);
  if (!found.isDirectory()) {
    if (canBeDisk(found)) return [path];
    const why = found.isFile() ? `its size is ${found.size}, not a multiple of ${SECTOR}` : "it is no file";
    throw new DiskError(`Cannot use disk "${path}": ${why}`);
  }
  const names = (await readdir(path)).sort().filter((name) => !name.startsWith("."));
  const images: string[] = [];
  for (const name of names) if (canBeDisk(await statOf(join(path, name)))) images.push(join(path, name));
  if (images.length === 0) throw new DiskError(`Cannot use disk "${path}": no file in it can be a disk`);
  return images;
}

function statOf(path: string): ReturnType<typeof stat> {
  return stat(path).catch(({ code }: NodeJS.ErrnoException) => {
    throw new DiskError(`Cannot use disk "${path}": ${code}`);
  });
}

function canBeDisk(found: { isFile(): boolean; readonly size: number | bigint }): boolean {
  return found.isFile() && Number(found.size) > 0 && Number(found.size) % SECTOR === 0;
}
