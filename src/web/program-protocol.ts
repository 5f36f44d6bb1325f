/** What the page for Linux programs and the worker that runs them say to each other. */

import type { FileEntry } from "./file-entry.ts";
import type { TechniqueName } from "./protocol.ts";

/** Where the user's files are, and where programs begin. */
export const HOME = "/root";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A program that is to run; the files are those of the worker's tree. */
export interface ProgramOptions {
  /** Its path in the tree. */
  readonly path: string;
  readonly arguments: readonly string[];
  /** Standard input, where it is not the terminal. */
  readonly input: Uint8Array | undefined;
  readonly technique: TechniqueName;
  /** Whether system calls are told. */
  readonly traces: boolean;
  readonly size: TerminalSize;
}

export type ToProgram =
  /** Paths begin at the root; directories are made as needed. */
  | {
      readonly kind: "put";
      readonly path: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly mode: number;
    }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "get"; readonly path: string }
  | { readonly kind: "run"; readonly options: ProgramOptions }
  | { readonly kind: "input"; readonly bytes: Uint8Array }
  /** The terminal has shown so many bytes more. */
  | { readonly kind: "shown"; readonly count: number }
  | { readonly kind: "resize"; readonly size: TerminalSize }
  | { readonly kind: "stop" };

/** How a program ended, in words, and whether it did what it should. */
export interface ProgramEnd {
  readonly text: string;
  readonly isError: boolean;
}

export type FromProgram =
  | { readonly kind: "output"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "trace"; readonly text: string }
  /** So many characters of the trace are not shown by now. */
  | { readonly kind: "untraced"; readonly count: number }
  | {
      readonly kind: "ended";
      readonly end: ProgramEnd;
      readonly milliseconds: number;
      /** Translated meanwhile. */
      readonly regions: number;
    }
  /** The user's directory. */
  | { readonly kind: "files"; readonly entries: readonly FileEntry[] }
  | { readonly kind: "file"; readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Something could not be done. */
  | { readonly kind: "failed"; readonly message: string };
