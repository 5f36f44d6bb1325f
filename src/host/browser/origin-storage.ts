/**
 * What the browser keeps for this page: directories of the origin's private file system (File System Standard, section 4), each of
 * which belongs to one page at a time (Web Locks API).
 */

import type { SyncFile } from "./disk/sync-file.ts";

/** Why there is no directory: another page has it, or the browser has none for this page. */
export type Refusal = "taken" | "denied";

export interface Store {
  readonly directory: FileSystemDirectoryHandle;
  /** Lets others have it. */
  readonly release: () => void;
}

/** Opens the directory of a name, and makes it if there is none. */
export async function openStore(name: string): Promise<Store | Refusal> {
  // A page without a secure context has neither.
  if (!navigator.locks || !navigator.storage) return "denied";
  const release = await takeLock(`strata ${name}`);
  if (!release) return "taken";
  try {
    const root = await navigator.storage.getDirectory();
    return { directory: await root.getDirectoryHandle(name, { create: true }), release };
  } catch {
    release();
    return "denied";
  }
}

/** Milliseconds in which a page that is being reloaded gives back what it had. */
const PATIENCE = 1500;

/** The lock of a name, until the function that comes is called; undefined where another page has it, and keeps it. */
async function takeLock(name: string): Promise<(() => void) | undefined> {
  const now = { ifAvailable: true };
  // Once more at the end: on a computer that is busy, patience alone says nothing.
  return (
    (await ask(name, now)) ?? (await ask(name, { signal: AbortSignal.timeout(PATIENCE) })) ?? ask(name, now)
  );
}

function ask(name: string, options: LockOptions): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const held = (lock: Lock | null): Promise<void> | undefined => {
      if (lock) return new Promise((release) => resolve(() => release()));
      resolve(undefined);
      return undefined;
    };
    void navigator.locks.request(name, options, held).catch(() => resolve(undefined));
  });
}

/** What files have that workers open (File System Standard, section 2.4); the DOM's types, which are a page's, do not. */
type SyncFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/** Opens a file for reading and writing at once; only a worker can. */
export async function openSyncFile(directory: FileSystemDirectoryHandle, name: string): Promise<SyncFile> {
  const handle = (await directory.getFileHandle(name, { create: true })) as SyncFileHandle;
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      // The page before this one may have gone, and its file not yet.
      const isTaken = error instanceof DOMException && error.name === "NoModificationAllowedError";
      if (!isTaken || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Writes a file as a whole. */
export async function writeFile(
  directory: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const handle = await directory.getFileHandle(name, { create: true });
  const file = await handle.createWritable();
  try {
    await file.write(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    await file.abort().catch(() => {});
    throw error;
  }
  await file.close();
}
