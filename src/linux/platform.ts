/** What the Linux ABI needs of the platform it runs on. `host/` implements it. */

import type { ErrnoName, Failure, Outcome } from "../base/errno.ts";
import type { Attributes, FileNode } from "../base/file-tree.ts";
import type { Ending } from "./kernel/process.ts";
import type { Channel } from "./net/channel.ts";

export interface Clocks {
  /** Nanoseconds since some moment in the past. */
  monotonic(): number;
  /** Nanoseconds since 1970. */
  realtime(): bigint;
}

/** The size of a terminal in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** A terminal of the platform. */
export interface HostTerminal {
  readonly size: TerminalSize;
  /** Whether it hands over lines (ICANON), shows what is typed (ECHO), makes signals of keys (ISIG). */
  setMode(mode: { readonly lines: boolean; readonly echo: boolean; readonly signals: boolean }): void;
}

/** One of the three standard streams. Nothing here waits: EAGAIN says that it would have to. */
export interface HostStream {
  readonly terminal: HostTerminal | undefined;
  attributes(): Outcome<Attributes>;
  /** 0 at the end. */
  read(into: Uint8Array): Outcome<number>;
  /** How many bytes were written. */
  write(from: Uint8Array): Outcome<number>;
  /** Whether `read` and `write` would do something at once. Asking begins to look for input. */
  readonly readable: boolean;
  readonly writable: boolean;
  /** Called when that may have changed. */
  changed: () => void;
  /** Where a program may choose the place (a regular file): as lseek(2) with `whence`. */
  seek?(offset: number, whence: number): Outcome<number>;
}

/** An address of the internet: 4 or 16 bytes, a character each. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** A stream to another machine, or to another program of this one. */
export interface HostConnection extends Channel {
  readonly isOpen: boolean;
  readonly local: HostAddress;
  readonly remote: HostAddress;
}

export interface HostListener {
  changed: () => void;
  readonly state: "opening" | "open" | Failure;
  accept(): HostConnection | undefined;
  close(): void;
}

export interface HostDatagrams {
  changed: () => void;
  readonly error: ErrnoName | undefined;
  receive(): { readonly bytes: Uint8Array; readonly from: HostAddress } | undefined;
  send(from: Uint8Array, to: HostAddress): void;
  close(): void;
}

/** The network of the platform: whoever has this may talk to other machines. */
export interface HostNetwork {
  /** Addresses of this machine. */
  readonly hosts: readonly string[];
  connect(to: HostAddress): HostConnection;
  listen(at: HostAddress, options: { readonly backlog: number; readonly ipv6Only: boolean }): HostListener;
  datagrams(
    at: HostAddress,
    options: { readonly ipv6Only: boolean; readonly reuses: boolean },
  ): HostDatagrams;
}

export interface HostProgramRequest {
  /** Its file and its working directory, of a tree that the platform shares. */
  readonly program: FileNode;
  readonly directory: FileNode;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  readonly umask: number;
  /** What its descriptors 0, 1 and 2 shall be: a stream of the platform, a channel to be made, or nothing. */
  readonly streams: readonly (HostStream | "channel" | undefined)[];
}

/** A program of the platform that runs. Nothing here waits. */
export interface HostProcess {
  changed: () => void;
  /** How it ended. */
  readonly ending: Ending | undefined;
  /** The other ends of its streams, where they are channels: those asked for, and those that could not be passed on. */
  readonly channels: readonly (Channel | undefined)[];
  signal(number: number): void;
}

/** Programs for the platform's own processor. Whoever has this may do whatever the user of the platform may. */
export interface HostPrograms {
  /** e_machine of their files. */
  readonly machine: number;
  start(request: HostProgramRequest): Outcome<HostProcess>;
}

export interface Platform {
  readonly clocks: Clocks;
  /** Gives the same bytes back. */
  readonly fillRandom: (bytes: Uint8Array) => Uint8Array;
  /** Undefined where programs may talk only to one another. */
  readonly network: HostNetwork | undefined;
  /** Undefined where programs may start none. */
  readonly programs: HostPrograms | undefined;
  /** 0, 1 and 2. */
  readonly streams: readonly HostStream[];
  /** Something outside has happened: the kernel has to look what there is to do. */
  wake: () => void;
  /** Takes a line of the trace, where there is one. */
  readonly trace?: ((line: string) => void) | undefined;
}
