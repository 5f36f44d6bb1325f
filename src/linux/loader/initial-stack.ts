/**
 * The stack that a program begins with (linux/fs/binfmt_elf.c, create_elf_tables; getauxval(3)), from the top down: the
 * file's name, environment and arguments as strings, 16 random bytes, the auxiliary vector, pointers to
 * environment and arguments, and their count, at a multiple of 16.
 */

import { stringBytes } from "../../base/bytes.ts";
import type { Outcome } from "../../base/errno.ts";
import type { Credentials } from "../fs/credentials.ts";
import { PAGE } from "../memory/frames.ts";
import { STACK_TOP } from "../memory/places.ts";
import type { Architecture } from "../processor.ts";
import { type LoadedProgram, WordWriter } from "./load-program.ts";

/** AT_*. */
const Auxiliary = {
  NULL: 0,
  PHDR: 3,
  PHENT: 4,
  PHNUM: 5,
  PAGESZ: 6,
  BASE: 7,
  FLAGS: 8,
  ENTRY: 9,
  UID: 11,
  EUID: 12,
  GID: 13,
  EGID: 14,
  HWCAP: 16,
  CLKTCK: 17,
  SECURE: 23,
  RANDOM: 25,
  HWCAP2: 26,
  EXECFN: 31,
} as const;

const HEADER_BYTES = 56;
const TICKS_PER_SECOND = 100;

export interface StackContents {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  readonly random: Uint8Array;
  readonly credentials: Credentials;
  readonly architecture: Architecture;
}

export interface InitialStack {
  readonly pointer: number;
  readonly auxiliary: Uint8Array;
}

/** Writes it; ENOMEM where the stack has no room. */
export function writeInitialStack(program: LoadedProgram, contents: StackContents): Outcome<InitialStack> {
  let top = STACK_TOP - 8;
  let written = true;
  const push = (bytes: Uint8Array): number => {
    top -= bytes.length;
    written = program.memory.write(top, bytes) && written;
    return top;
  };
  const pushString = (text: string): number => push(stringBytes(`${text}\0`));
  const path = pushString(contents.path);
  const environment = contents.environment.map(pushString);
  const args = contents.arguments.map(pushString);
  top -= top % 16;
  const random = push(contents.random);
  const auxiliary = auxiliaryVector(program, contents, path, random);
  const words = new WordWriter(3 + args.length + environment.length);
  words.add(args.length, ...args, 0, ...environment, 0);
  top -= (top - words.bytes.length - auxiliary.length) % 16;
  push(auxiliary);
  push(words.bytes);
  return written ? { pointer: top, auxiliary } : { errno: "ENOMEM" };
}

function auxiliaryVector(
  program: LoadedProgram,
  { credentials: { uid, euid, gid, egid }, architecture }: StackContents,
  path: number,
  random: number,
): Uint8Array {
  const entries: readonly (readonly [number, number])[] = [
    [Auxiliary.HWCAP, architecture.hardwareCapabilities],
    [Auxiliary.PAGESZ, PAGE],
    [Auxiliary.CLKTCK, TICKS_PER_SECOND],
    [Auxiliary.PHDR, program.headers],
    [Auxiliary.PHENT, HEADER_BYTES],
    [Auxiliary.PHNUM, program.headerCount],
    [Auxiliary.BASE, program.interpreterBase],
    [Auxiliary.FLAGS, 0],
    [Auxiliary.ENTRY, program.entry],
    [Auxiliary.UID, uid],
    [Auxiliary.EUID, euid],
    [Auxiliary.GID, gid],
    [Auxiliary.EGID, egid],
    [Auxiliary.SECURE, 0],
    [Auxiliary.RANDOM, random],
    [Auxiliary.HWCAP2, 0],
    [Auxiliary.EXECFN, path],
    [Auxiliary.NULL, 0],
  ];
  const words = new WordWriter(2 * entries.length);
  for (const entry of entries) words.add(...entry);
  return words.bytes;
}
