/**
 * What the browser keeps for this page: directories of the origin's private file system (File System Standard, section 4), each of
 * which belongs to one page at a time (Web Locks API).
 */

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

/** The lock of a name, until the function that comes is called; undefined where another page has it. */
function takeLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const held = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) {
        resolve(undefined);
        return undefined;
      }
      return new Promise((release) => resolve(() => release()));
    };
    void navigator.locks.request(name, { ifAvailable: true }, held).catch(() => resolve(undefined));
  });
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
