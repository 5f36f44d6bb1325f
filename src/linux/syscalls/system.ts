/** uname(2), sysinfo(2), getrandom(2), prlimit(2), prctl(2), riscv_hwprobe, membarrier(2). */

import { byteString, stringBytes, viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { MOST_DESCRIPTORS } from "../files/descriptors.ts";
import { type LimitName, limitNames } from "../kernel/limits.ts";
import type { Process } from "../kernel/process.ts";
import type { CallResult } from "../kernel/task.ts";
import { PAGE } from "../memory/frames.ts";
import { type CallContext, call } from "./call.ts";
import { int, pointer, size, uint } from "./kinds.ts";

/** The kernel whose interface this is. */
export const RELEASE = "6.12.0-strata";
export const VERSION = "#1 SMP Strata";

function uname({ kernel, memory }: CallContext, result: number): CallResult {
  const fields = ["Linux", kernel.hostName, RELEASE, VERSION, kernel.architecture.name, kernel.domainName];
  const bytes = new Uint8Array(65 * fields.length);
  for (const [index, field] of fields.entries()) bytes.set(stringBytes(field.slice(0, 64)), 65 * index);
  return memory.put(result, bytes);
}

const LONGEST_NAME = 64;

/** What sethostname(2) and setdomainname(2) are given: root may. */
function newName({ process, memory }: CallContext, at: number, length: number): Outcome<string> {
  if (process.credentials.euid !== 0) return { errno: "EPERM" };
  if (length < 0 || length > LONGEST_NAME) return { errno: "EINVAL" };
  const bytes = memory.read(at, length);
  return bytes ? byteString(bytes).replace(/\0.*$/s, "") : { errno: "EFAULT" };
}

function systemInformation({ kernel, memory }: CallContext, result: number): CallResult {
  const bytes = new Uint8Array(112);
  const view = viewOf(bytes);
  const put = (offset: number, value: number) => view.setBigInt64(offset, BigInt(Math.floor(value)), true);
  put(0, (kernel.now - kernel.startTime) / 1e9);
  put(32, kernel.frames.count * PAGE);
  put(40, kernel.frames.freeCount * PAGE);
  view.setUint16(80, kernel.pids.count, true);
  view.setUint32(104, 1, true);
  return memory.put(result, bytes);
}

/** More is given in parts, as Linux does where a signal comes. */
const MOST_RANDOM = 1 << 20;

function random({ kernel, memory }: CallContext, address: number, length: number, flags: number): CallResult {
  if (flags & ~7 || (flags & 6) === 6) return { errno: "EINVAL" };
  const bytes = new Uint8Array(Math.min(length, MOST_RANDOM));
  kernel.platform.fillRandom(bytes);
  return memory.write(address, bytes) ? bytes.length : { errno: "EFAULT" };
}

const INFINITE = 0xffff_ffff_ffff_ffffn;

function limitBytes({ limits }: Process, name: LimitName): Uint8Array<ArrayBuffer> {
  const { soft, hard } = limits[name];
  const bytes = new Uint8Array(16);
  const word = (value: number): bigint => (Number.isFinite(value) ? BigInt(value) : INFINITE);
  viewOf(bytes).setBigUint64(0, word(soft), true);
  viewOf(bytes).setBigUint64(8, word(hard), true);
  return bytes;
}

function setLimit(context: CallContext, of: Process, name: LimitName, address: number): Outcome<undefined> {
  const { memory, process } = context;
  const view = memory.get(address, 16);
  if (failed(view)) return view;
  const [soft, hard] = [0, 8].map((offset) => {
    const value = view.getBigUint64(offset, true);
    return value === INFINITE ? Number.POSITIVE_INFINITY : Number(value);
  }) as [number, number];
  if (soft > hard) return { errno: "EINVAL" };
  const isRoot = process.credentials.euid === 0;
  if (hard > of.limits[name].hard && !isRoot) return { errno: "EPERM" };
  if (name === "RLIMIT_NOFILE" && hard > MOST_DESCRIPTORS) return { errno: "EPERM" };
  of.limits[name] = { soft, hard };
  return undefined;
}

/** Its own, those of processes that are the same user in every respect, and root any. */
function mayLimit({ credentials: { uid, gid, euid } }: Process, target: Process): boolean {
  const { credentials: its } = target;
  const isSameUser = [its.uid, its.euid, its.suid].every((id) => id === uid);
  return euid === 0 || (isSameUser && [its.gid, its.egid, its.sgid].every((id) => id === gid));
}

function limit(context: CallContext, id: number, resource: number, newAt: number, oldAt: number): CallResult {
  const name = limitNames[resource];
  if (name === undefined) return { errno: "EINVAL" };
  const target = id === 0 ? context.process : context.kernel.pids.task(id)?.process;
  if (!target) return { errno: "ESRCH" };
  if (!mayLimit(context.process, target)) return { errno: "EPERM" };
  const old = limitBytes(target, name);
  const set = newAt === 0 ? undefined : setLimit(context, target, name, newAt);
  if (failed(set)) return set;
  return oldAt === 0 ? 0 : context.memory.put(oldAt, old);
}

/** Keys and values of hwprobe (Documentation/arch/riscv/hwprobe.rst). */
const probes = new Map<bigint, bigint>([
  [0n, 0n],
  [1n, 0n],
  [2n, 0n],
  // RISCV_HWPROBE_KEY_BASE_BEHAVIOR: IMA.
  [3n, 1n],
  // RISCV_HWPROBE_KEY_IMA_EXT_0: FD, C, Zba, Zbb, Zbs.
  [4n, 1n | 2n | 8n | 16n | 32n],
  // RISCV_HWPROBE_KEY_CPUPERF_0: misaligned accesses are fast.
  [5n, 3n],
]);
const MOST_PROBES = 256;

function probe(
  { memory }: CallContext,
  pairs: number,
  count: number,
  _cpus: number,
  _set: number,
  flags: number,
) {
  if (flags !== 0 || count > MOST_PROBES) return { errno: "EINVAL" } as const;
  const view = memory.get(pairs, 16 * count);
  if (failed(view)) return view;
  for (let index = 0; index < count; index++) {
    const value = probes.get(view.getBigInt64(16 * index, true));
    if (value === undefined) view.setBigInt64(16 * index, -1n, true);
    view.setBigInt64(16 * index + 8, value ?? 0n, true);
  }
  return memory.put(pairs, new Uint8Array(view.buffer));
}

const Prctl = {
  SET_PDEATHSIG: 1,
  GET_PDEATHSIG: 2,
  GET_DUMPABLE: 3,
  SET_DUMPABLE: 4,
  GET_KEEPCAPS: 7,
  SET_KEEPCAPS: 8,
  SET_NAME: 15,
  GET_NAME: 16,
  GET_SECCOMP: 21,
  CAPBSET_READ: 23,
  SET_TIMERSLACK: 29,
  GET_TIMERSLACK: 30,
  SET_CHILD_SUBREAPER: 36,
  GET_CHILD_SUBREAPER: 37,
  SET_NO_NEW_PRIVS: 38,
  GET_NO_NEW_PRIVS: 39,
} as const;
const TIMER_SLACK = 50_000;

function control({ task, process, memory }: CallContext, option: number, argument: number): CallResult {
  switch (option) {
    case Prctl.SET_PDEATHSIG:
      if (argument > 64) return { errno: "EINVAL" };
      process.parentDeathSignal = argument;
      return 0;
    case Prctl.GET_PDEATHSIG:
      return memory.putUint32(argument, process.parentDeathSignal);
    case Prctl.GET_DUMPABLE:
      return process.dumpable;
    case Prctl.SET_DUMPABLE:
      if (argument > 1) return { errno: "EINVAL" };
      process.dumpable = argument;
      return 0;
    case Prctl.SET_NAME: {
      const name = memory.read(argument, Math.min(16, memory.readableBytes(argument, 16)));
      if (!name || name.length === 0) return { errno: "EFAULT" };
      task.name = String.fromCharCode(...name.subarray(0, 15)).replace(/\0.*$/s, "");
      return 0;
    }
    case Prctl.GET_NAME:
      return memory.put(argument, stringBytes(task.name.padEnd(16, "\0")));
    case Prctl.GET_KEEPCAPS:
      return process.keepsCapabilities;
    case Prctl.SET_KEEPCAPS:
      if (argument > 1) return { errno: "EINVAL" };
      process.keepsCapabilities = argument;
      return 0;
    case Prctl.GET_SECCOMP:
      return 0;
    case Prctl.CAPBSET_READ:
      return argument <= 40 ? 1 : { errno: "EINVAL" };
    case Prctl.SET_TIMERSLACK:
      return 0;
    case Prctl.GET_TIMERSLACK:
      return TIMER_SLACK;
    case Prctl.SET_CHILD_SUBREAPER:
      process.isSubreaper = argument !== 0;
      return 0;
    case Prctl.GET_CHILD_SUBREAPER:
      return memory.putUint32(argument, process.isSubreaper ? 1 : 0);
    case Prctl.SET_NO_NEW_PRIVS:
      if (argument !== 1) return { errno: "EINVAL" };
      process.noNewPrivileges = true;
      return 0;
    case Prctl.GET_NO_NEW_PRIVS:
      return process.noNewPrivileges ? 1 : 0;
    default:
      return { errno: "EINVAL" };
  }
}

const Membarrier = {
  GLOBAL: 1,
  GLOBAL_EXPEDITED: 2,
  REGISTER_GLOBAL_EXPEDITED: 4,
  PRIVATE_EXPEDITED: 8,
  REGISTER_PRIVATE_EXPEDITED: 16,
  PRIVATE_EXPEDITED_SYNC_CORE: 32,
  REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: 64,
  GET_REGISTRATIONS: 512,
} as const;
const ALL_BARRIERS = Object.values(Membarrier).reduce((all, command) => all | command, 0);
const REGISTRATIONS =
  Membarrier.REGISTER_GLOBAL_EXPEDITED |
  Membarrier.REGISTER_PRIVATE_EXPEDITED |
  Membarrier.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
const PRIVATE = Membarrier.PRIVATE_EXPEDITED | Membarrier.PRIVATE_EXPEDITED_SYNC_CORE;

/** One thread runs at a time: every access is ordered already. A private barrier needs its registration, one bit above it. */
function membarrier({ memory: { space } }: CallContext, command: number, flags: number): CallResult {
  const isOne = command > 0 && (command & (command - 1)) === 0;
  if (flags !== 0 || command < 0 || command & ~ALL_BARRIERS || (command !== 0 && !isOne))
    return { errno: "EINVAL" };
  if (command === 0) return ALL_BARRIERS;
  if (command === Membarrier.GET_REGISTRATIONS) return space.barriers;
  if (command & PRIVATE && !(space.barriers & (command << 1))) return { errno: "EPERM" };
  space.barriers |= command & REGISTRATIONS;
  return 0;
}

export const system = {
  uname: call(160, [pointer], uname),
  sysinfo: call(179, [pointer], systemInformation),
  getrandom: call(278, [pointer, size, uint], random),
  getrlimit: call(163, [uint, pointer], (context, resource, result) => {
    const name = limitNames[resource];
    return name ? context.memory.put(result, limitBytes(context.process, name)) : { errno: "EINVAL" };
  }),
  setrlimit: call(164, [uint, pointer], (context, resource, address) =>
    limit(context, 0, resource, address, 0),
  ),
  prlimit64: call(
    261,
    [int, uint, pointer, pointer],
    limit,
    "only NOFILE, AS, DATA, STACK and FSIZE have an effect",
  ),
  prctl: call(167, [int, pointer], control, "what is not about names, dumps, death signals and privileges"),
  riscv_hwprobe: call(258, [pointer, size, size, pointer, uint], probe, "RISCV_HWPROBE_WHICH_CPUS"),
  membarrier: call(283, [int, uint], membarrier, "barriers for rseq"),
  getcpu: call(168, [pointer, pointer], ({ memory }, cpu, node) => {
    for (const address of [cpu, node]) {
      if (address !== 0 && failed(memory.putUint32(address, 0))) return { errno: "EFAULT" };
    }
    return 0;
  }),
  personality: call(92, [uint], (_, persona) =>
    persona === 0 || persona === 0xffff_ffff ? 0 : { errno: "EINVAL" },
  ),
  sethostname: call(161, [pointer, int], (context, at, length) => {
    const name = newName(context, at, length);
    if (failed(name)) return name;
    context.kernel.hostName = name;
    return 0;
  }),
  setdomainname: call(162, [pointer, int], (context, at, length) => {
    const name = newName(context, at, length);
    if (failed(name)) return name;
    context.kernel.domainName = name;
    return 0;
  }),
};
