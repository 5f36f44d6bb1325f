/** What the p-machine needs of its host: files, by their position in the program's heading. */

export interface OpenFile {
  /** Reads into a buffer: how many bytes; 0 at the end. */
  read(buffer: Uint8Array): number;
  write(bytes: Uint8Array): void;
  close(): void;
}

export interface FilePorts {
  /**
   * Opens the file of a program parameter: its name in the heading, and which of those that are neither input nor output it
   * is, from 0. A string says why that cannot be done.
   */
  open(name: string, position: number, mode: "read" | "write"): OpenFile | string;
}
