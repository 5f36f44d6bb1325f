/** What a page and the worker with its machine say to each other. */

import type { DiskPlace, DiskStatus } from "../host/browser/disk/open-disk.ts";
import type { RemoteFile } from "../host/browser/fetch-file.ts";
import type { FileEntry } from "./file-entry.ts";

export type TechniqueName = "interpret" | "dynamic" | "translate";

/** What a machine boots: `guest.json`. Addresses are relative to that file. */
export interface GuestManifest {
  readonly kernel: RemoteFile;
  readonly initrd: RemoteFile;
  readonly commandLine: string;
  /** A program for the page's other tab, where the server has it. */
  readonly busybox?: RemoteFile;
  /** An archive that comes after `initrd` where the machine has a disk. */
  readonly diskDrivers?: RemoteFile;
  /** Disk images that the server offers. */
  readonly disks?: readonly { readonly name: string; readonly url: string }[];
}

export interface StartOptions {
  /** RAM in bytes. */
  readonly memoryBytes: number;
  readonly technique: TechniqueName;
  readonly guest: GuestManifest;
  /** Under which name the guest's files are kept from one visit to the next; undefined: they are not. */
  readonly files?: string | undefined;
  /** What /dev/vda is made from. */
  readonly disk?: DiskPlace | undefined;
}

/** Questions that are answered; `put` makes directories that its path needs. */
export type Question =
  | { readonly kind: "get-file"; readonly path: string }
  | { readonly kind: "put-file"; readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "remove-file"; readonly path: string }
  | { readonly kind: "region"; readonly start: string }
  /** Throws away what is kept of a disk, once the machine is off. */
  | { readonly kind: "reset-disk"; readonly disk: DiskPlace };

export type ToMachine =
  | { readonly kind: "start"; readonly options: StartOptions }
  | { readonly kind: "input"; readonly bytes: Uint8Array }
  /** The terminal has shown so many bytes more. */
  | { readonly kind: "shown"; readonly count: number }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  | { readonly kind: "pause" | "resume" | "reset" | "power-off" }
  | { readonly kind: "technique"; readonly technique: TechniqueName }
  /** Whether statistics are wanted. */
  | { readonly kind: "watch"; readonly isOn: boolean }
  | { readonly kind: "ask"; readonly id: number; readonly question: Question };

export type MachineState = "loading" | "running" | "paused" | "stopped" | "failed";

/** What the machine did since it was started, and how memory is used; times in milliseconds from any origin. */
export interface Statistics {
  readonly time: number;
  readonly technique: TechniqueName;
  readonly steps: number;
  readonly regionSteps: number;
  readonly traps: number;
  readonly interrupts: number;
  readonly calls: number;
  readonly mode: "user" | "kernel" | "machine";
  readonly regions: { readonly installed: number; readonly bytes: number; readonly translated: number };
  /** The regions in which most steps were made lately: where they begin, in hexadecimal digits, and their share. */
  readonly hottest: readonly { readonly start: string; readonly mode: string; readonly share: number }[];
  readonly memory: MemoryMapText;
  /** What Linux says of its memory, in bytes, by the names of /proc/meminfo; empty until it does. */
  readonly guestMemory: Readonly<Record<string, number>>;
}

/** How memory is used. */
export interface MemoryMapText {
  /** What each of equal parts of RAM is: an index in `memoryKinds`; 0x80 is added where it was seen to change lately. */
  readonly parts: Uint8Array;
  /** Bytes of each kind. */
  readonly bytes: readonly number[];
}

/** What memory may be, as far as it can be told from outside. */
export const memoryKinds = [
  "never written, or cleared",
  "written by programs and the kernel",
  "as loaded: initial files, device tree",
  "the kernel's image",
  "brought by a device, unchanged: mostly page cache",
  "code that was executed",
] as const;

/** A region: the guest's code and the WebAssembly that was made of it, as text. */
export interface RegionText {
  readonly guest: string;
  /** The module's bytes: whoever shows them makes text of them. */
  readonly wasm: Uint8Array<ArrayBuffer>;
}

export type FromMachine =
  | { readonly kind: "state"; readonly state: MachineState; readonly message?: string }
  | { readonly kind: "progress"; readonly url: string; readonly done: number; readonly total: number }
  | { readonly kind: "output"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Something that the user should know, and that stops nothing. */
  | { readonly kind: "notice"; readonly text: string }
  /** The disk was opened or has changed; undefined: there is none any more. */
  | { readonly kind: "disk"; readonly status: DiskStatus | undefined }
  /** The files of /mnt, and whether the browser has stored them all. */
  | { readonly kind: "files"; readonly entries: readonly FileEntry[]; readonly isKept: boolean }
  | { readonly kind: "statistics"; readonly statistics: Statistics }
  | { readonly kind: "answer"; readonly id: number; readonly value?: unknown; readonly error?: string };
