/**
 * Opens a disk with what the browser keeps of it, in a directory for each image's place:
 *
 * | file | what |
 * | --- | --- |
 * | `about.json` | of which image and version all else is |
 * | `overlay`, `overlay.index` | what the guest has written (`block-store.ts`) |
 * | `image`, `image.index` | what was fetched of the image |
 *
 * An overlay belongs to one version of an image: over another it would be a broken file system.
 */

import { openStore, openSyncFile, type Refusal, type Store, writeFile } from "../origin-storage.ts";
import { BlockStore } from "./block-store.ts";
import { CHUNK, ChunkCache } from "./chunk-cache.ts";
import { openHttpImage } from "./http-image.ts";
import { DiskError, type DiskImage, fileImage } from "./image.ts";
import { type DiskEvents, KeptDisk, OVERLAY_BLOCK } from "./kept-disk.ts";
import { MemoryFile, type SyncFile } from "./sync-file.ts";

/** Where an image is. */
export type DiskPlace =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "file"; readonly file: File };

/** What the user may know of a disk; sizes in bytes. */
export interface DiskStatus {
  readonly name: string;
  readonly size: number;
  /** Whether what the guest writes is there on the next visit. */
  readonly isKept: boolean;
  /** What the guest has written. */
  readonly written: number;
  /** What is kept of the image. */
  readonly cached: number;
  /** What was fetched since the disk was opened. */
  readonly fetched: number;
}

export interface OpenDisk {
  readonly disk: KeptDisk;
  readonly status: DiskStatus;
  close(): void;
}

/** Bytes that a guest may write where nothing is kept. */
const MOST_IN_MEMORY = 256 * 2 ** 20;

const REASONS: Readonly<Record<Refusal | "unknown", string>> = {
  taken: "Another tab has this disk: this one sees the image without what is written there",
  denied: "This browser keeps nothing for this page",
  unknown: "The server does not say which version of the image it has (neither ETag nor Last-Modified)",
};

interface Stores {
  readonly overlay: BlockStore;
  readonly image: BlockStore | undefined;
  readonly isKept: boolean;
  release(): void;
}

/** Rejects with DiskError: also where what is kept belongs to another version of the image. */
export async function openDisk(place: DiskPlace, events: DiskEvents): Promise<OpenDisk> {
  const image = await openImage(place);
  const stores = await openStores(image, events);
  // Both know of each other only what is called later.
  const chunks: ChunkCache = new ChunkCache(image, stores.image, () => disk.changed());
  const disk: KeptDisk = new KeptDisk({ size: image.size, chunks, overlay: stores.overlay, events });
  return {
    disk,
    get status() {
      return {
        name: image.name,
        size: image.size,
        isKept: stores.isKept,
        written: stores.overlay.bytes,
        cached: chunks.keptBytes,
        fetched: image.isLocal ? 0 : chunks.fetchedBytes,
      };
    },
    close: () => {
      disk.close();
      stores.release();
    },
  };
}

/** Throws away what is kept of a disk: what the guest wrote, and what was fetched. Rejects with DiskError where a tab uses it. */
export async function resetDisk(place: DiskPlace): Promise<void> {
  const name = await storeName(placeOf(place));
  const store = name === undefined ? "denied" : await openStore(name);
  if (store === "taken") throw new DiskError("Cannot reset the disk: another tab uses it");
  if (store === "denied") return;
  store.release();
  await (await navigator.storage.getDirectory()).removeEntry(name ?? "", { recursive: true });
}

function openImage(place: DiskPlace): Promise<DiskImage> {
  if (place.kind === "file") return Promise.resolve(fileImage(place.file));
  return openHttpImage(place.url, { isSameOrigin: new URL(place.url).origin === location.origin });
}

function placeOf(place: DiskPlace): string {
  return place.kind === "file" ? `file ${place.file.name}` : `url ${place.url}`;
}

/** The name of the directory of a place; undefined where there is no secure context, and so no storage. */
async function storeName(place: string): Promise<string | undefined> {
  if (!crypto.subtle) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(place));
  const digits = Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  return `strata-disk-${digits.join("")}`;
}

async function openStores(image: DiskImage, { notice }: DiskEvents): Promise<Stores> {
  const name = await storeName(image.place);
  const isUnknown = image.version === undefined;
  const store = name === undefined ? "denied" : isUnknown ? "unknown" : await openStore(name);
  if (typeof store === "object") {
    try {
      return await keptStores(store, image);
    } catch (error) {
      store.release();
      if (error instanceof DiskError) throw error;
      return memoryStores("denied", notice);
    }
  }
  return memoryStores(store, notice);
}

function memoryStores(reason: keyof typeof REASONS, notice: DiskEvents["notice"]): Stores {
  notice(`${REASONS[reason]}: what the guest writes to its disk is gone when the page is closed.`);
  const overlay = new BlockStore(
    new MemoryFile(MOST_IN_MEMORY),
    new MemoryFile(MOST_IN_MEMORY),
    OVERLAY_BLOCK,
  );
  return { overlay, image: undefined, isKept: false, release: () => {} };
}

async function keptStores({ directory, release }: Store, image: DiskImage): Promise<Stores> {
  const files: SyncFile[] = [];
  const close = () => {
    for (const file of files.splice(0)) file.close();
  };
  const open = async (name: string): Promise<SyncFile> => {
    const file = await openSyncFile(directory, name);
    files.push(file);
    return file;
  };
  const openBlocks = async (name: string, size: number) =>
    new BlockStore(await open(name), await open(`${name}.index`), size);
  try {
    const overlay = await openBlocks("overlay", OVERLAY_BLOCK);
    const chunks = image.isLocal ? undefined : await openBlocks("image", CHUNK);
    await claim(directory, image, overlay, chunks);
    return {
      overlay,
      image: chunks,
      isKept: true,
      release: () => {
        close();
        release();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Makes sure that what is kept is of this image. */
async function claim(
  directory: FileSystemDirectoryHandle,
  { name, version }: DiskImage,
  overlay: BlockStore,
  chunks: BlockStore | undefined,
): Promise<void> {
  const handle = await directory.getFileHandle("about.json", { create: true });
  const known = await (await handle.getFile()).text();
  const about = JSON.stringify({ name, version });
  if (known === about) return;
  if (!overlay.isEmpty) {
    throw new DiskError(
      `The image ${name} is not the one that this machine's disk was made from. What the guest wrote belongs to the old one, and is still kept: put that back, or reset the disk`,
    );
  }
  chunks?.clear();
  await writeFile(directory, "about.json", new TextEncoder().encode(about));
}
