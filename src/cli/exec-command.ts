/** `strata exec`: a program for another instruction set as a process of this system. */

import { realpathSync, statSync } from "node:fs";
import { constants } from "node:os";
import { dirname, resolve } from "node:path";
import { failed } from "../base/errno.ts";
import { InputError } from "../base/errors.ts";
import { layeredTranslations } from "../engine/layered-translations.ts";
import type { TranslationCache } from "../engine/translation-cache.ts";
import { nodePlatform } from "../host/node/linux-platform.ts";
import { SharedDirectory } from "../host/node/shared-directory.ts";
import { TranslationFileError } from "../host/node/translations/translation-file.ts";
import { compileOptimized, trustStack } from "../host/node/wasm-flags.ts";
import { RunLoop } from "../host/shared/run-loop.ts";
import { makeMounts, type VolumeMount } from "../linux/fs/guest-files.ts";
import type { Kernel } from "../linux/kernel/kernel.ts";
import type { Ending } from "../linux/kernel/process.ts";
import { makeKernel, type StartFailure, startProgram } from "../linux/program-machine.ts";
import { exitStatus, type Outcome } from "./exit-status.ts";
import { UsageError, type UserOption, type VolumeOption } from "./option-values.ts";
import { programError } from "./program-errors.ts";
import { openTranslations, regionCompiler } from "./region-compiler.ts";
import { type Keep, Resources } from "./resources.ts";
import { type AheadTranslations, readTranslated } from "./translated-program.ts";

export interface ExecOptions {
  readonly root?: string;
  readonly hostFiles?: boolean;
  readonly volume?: readonly VolumeOption[];
  readonly env?: readonly string[];
  readonly workdir?: string;
  readonly user: UserOption;
  readonly memory: number;
  readonly maxProcesses: number;
  readonly technique: "interpret" | "dynamic" | "translate";
  readonly strict?: boolean;
  readonly cache: boolean;
  readonly network: "none" | "host";
  readonly allowHostExec?: boolean;
  readonly trace?: boolean;
  readonly verbose?: boolean;
  readonly timeout?: number;
}

/** What was translated ahead of time, and where it is. */
interface Ahead {
  readonly path: string;
  readonly translations: AheadTranslations | undefined;
}

/** What shells give for a program that cannot be run, and for one that is not there. */
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

export async function exec(program: string, args: readonly string[], options: ExecOptions): Promise<Outcome> {
  compileOptimized();
  trustStack();
  const resources = new Resources();
  try {
    const translated = readTranslated(program);
    if (!translated) return await run(program, args, options, resources.keep);
    const { program: path, ...root } = translated.program;
    const ahead = { path: program, translations: translated.translations };
    return await run(path, args, { ...root, ...options }, resources.keep, ahead);
  } catch (error) {
    if (error instanceof TranslationFileError) return { status: CANNOT_RUN, message: error.message };
    throw error;
  } finally {
    resources.close();
  }
}

async function run(
  program: string,
  args: readonly string[],
  options: ExecOptions,
  keep: Keep,
  ahead?: Ahead,
): Promise<Outcome> {
  const platform = keep(
    nodePlatform({
      trace: options.trace ? (line) => process.stderr.write(`${line}\n`) : undefined,
      network: options.network === "host",
      programs: options.allowHostExec ?? false,
    }),
  );
  const compiler = options.technique === "dynamic" ? keep(regionCompiler()) : undefined;
  const translations = openAll(options, ahead, keep);
  const volumes = guestVolumes(program, options, keep);
  const kernel = makeKernel({
    platform,
    memoryBytes: options.memory,
    mostProcesses: options.maxProcesses,
    technique: compiler ? { compiler } : options.technique,
    strict: options.strict,
    translations,
    mounts: (owner) => makeMounts(owner, volumes),
    user: options.user,
  });
  const refused = start(kernel, program, args, options);
  if (refused) return refused;
  const loop = new RunLoop<Ending>(kernel, {
    timeout: options.timeout === undefined ? undefined : options.timeout * 1000,
  });
  platform.wake = () => loop.wake();
  const ignore = passSignals(kernel, () => loop.wake());
  try {
    return outcomeOf(await loop.run(), options.timeout);
  } finally {
    ignore();
    kernel.files.sync();
    if (ahead?.translations?.isDamaged)
      process.stderr.write(`strata: "${ahead.path}" is damaged, and not all of it was used\n`);
    const counts = kernel.processor.translations;
    if (options.verbose && counts) {
      process.stderr.write(
        `strata: ${counts.loaded} regions were there, ${counts.translated} were translated\n`,
      );
    }
  }
}

/** What earlier runs kept, over what was translated ahead of time. */
function openAll({ cache }: ExecOptions, ahead: Ahead | undefined, keep: Keep): TranslationCache {
  const own = openTranslations(cache, keep);
  if (!ahead) return own;
  const { path, translations } = ahead;
  if (translations) keep(translations);
  if (translations?.isOfThisVersion) return layeredTranslations(own, translations);
  process.stderr.write(`strata: "${path}" was translated by another version, and is not used\n`);
  return own;
}

function start(
  kernel: Kernel,
  program: string,
  args: readonly string[],
  options: ExecOptions,
): Outcome | undefined {
  try {
    const failure = startProgram(
      kernel,
      {
        path: options.root === undefined && program.includes("/") ? resolve(program) : program,
        arguments: [program, ...args],
        environment: environmentOf(options),
        directory: options.workdir ?? (options.root === undefined ? process.cwd() : "/"),
      },
      options.user,
    );
    return failure && startOutcome(failure);
  } catch (error) {
    if (error instanceof InputError) return { status: CANNOT_RUN, message: error.message };
    throw error;
  }
}

function startOutcome({ errno, what }: StartFailure): Outcome {
  return {
    status: errno === "ENOENT" ? NOT_FOUND : CANNOT_RUN,
    message: programError("run", what, errno),
  };
}

/** The environment of this process where the guest shares its files; else a short one of its own. */
function environmentOf({ env = [], root }: ExecOptions): string[] {
  const own: NodeJS.ProcessEnv =
    root === undefined
      ? process.env
      : {
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          HOME: "/root",
          TERM: process.env.TERM,
        };
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(own)) if (value !== undefined) variables.set(name, value);
  for (const setting of env) {
    const [name = "", ...rest] = setting.split("=");
    const value = setting.includes("=") ? rest.join("=") : process.env[name];
    if (value !== undefined) variables.set(name, value);
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

/** What of this system's files the guest sees. */
function guestVolumes(
  program: string,
  { root, hostFiles, volume = [] }: ExecOptions,
  keep: Keep,
): VolumeMount[] {
  if (root !== undefined && hostFiles) throw new UsageError("Cannot use --root with --host-files");
  const open = (directory: string) => keep(new SharedDirectory(directory)).root;
  const mounts: VolumeMount[] = [];
  if (hostFiles) mounts.push({ path: "/", root: open("/"), readOnly: false });
  else if (root !== undefined) mounts.push({ path: "/", root: open(root), readOnly: false });
  else {
    mounts.push({ path: process.cwd(), root: open(process.cwd()), readOnly: false });
    const alone = programAlone(program, keep);
    if (alone) mounts.push(alone);
  }
  for (const { host, guest, readOnly } of volume) mounts.push({ path: guest, root: open(host), readOnly });
  return mounts;
}

/** The file of a program that lies elsewhere. */
function programAlone(program: string, keep: Keep): VolumeMount | undefined {
  const path = resolve(program);
  if (!program.includes("/") || path.startsWith(`${process.cwd()}/`)) return undefined;
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const real = realpathSync(path);
  const folder = keep(new SharedDirectory(dirname(real)));
  const node = folder.root.lookup(Buffer.from(real.slice(dirname(real).length).replace(/^\//, "")));
  return failed(node) ? undefined : { path, root: node, readOnly: true };
}

/** Signals that this process gets are the guest's. */
function passSignals(kernel: Kernel, wake: () => void): () => void {
  const names = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGQUIT",
    "SIGWINCH",
    "SIGUSR1",
    "SIGUSR2",
    "SIGCONT",
  ] as const;
  const handlers = names.map((name) => {
    const handle = () => {
      kernel.signals.sendToForeground(constants.signals[name]);
      wake();
    };
    process.on(name, handle);
    return () => process.off(name, handle);
  });
  return () => {
    for (const off of handlers) off();
  };
}

function outcomeOf(
  ending: Ending | { readonly kind: "timeout" | "stopped" },
  timeout: number | undefined,
): Outcome {
  switch (ending.kind) {
    case "exited":
      return { status: ending.status };
    case "killed":
      return { status: 128 + ending.signal };
    case "timeout":
      return {
        status: exitStatus.timeout,
        message: `the program was stopped after ${timeout} s (--timeout)`,
      };
    case "stopped":
      return { status: exitStatus.success };
  }
}
