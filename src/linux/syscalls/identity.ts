/** getuid(2), setuid(2), setreuid(2), setresuid(2), getgroups(2), capget(2), and their like for groups. */

import { viewOf } from "../../base/bytes.ts";
import { failed } from "../../base/errno.ts";
import type { Credentials } from "../fs/credentials.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { int, pointer, uint } from "./kinds.ts";

const KEEP = 0xffff_ffff;
const EPERM = { errno: "EPERM" } as const;
const EINVAL = { errno: "EINVAL" } as const;

/** The real, effective and saved number of one kind, and that which counts for files. */
const users = ["uid", "euid", "suid", "fsuid"] as const;
const groups = ["gid", "egid", "sgid", "fsgid"] as const;

/** Sets the first three of these; KEEP leaves one as it is. */
function setThree(
  { process }: CallContext,
  names: typeof users | typeof groups,
  wanted: readonly [number, number, number],
): CallResult {
  const old = process.credentials;
  const [real, effective, saved, forFiles] = names;
  const own = [old[real], old[effective], old[saved], KEEP];
  if (old.euid !== 0 && wanted.some((id) => !own.includes(id))) return EPERM;
  const choose = (id: number, name: (typeof names)[number]) => (id === KEEP ? old[name] : id);
  const chosen = choose(wanted[1], effective);
  process.credentials = {
    ...old,
    [real]: choose(wanted[0], real),
    [effective]: chosen,
    [saved]: choose(wanted[2], saved),
    [forFiles]: chosen,
  };
  return 0;
}

const setUsers = (context: CallContext, uid: number, euid: number, suid: number): CallResult =>
  setThree(context, users, [uid, euid, suid]);
const setGroups = (context: CallContext, gid: number, egid: number, sgid: number): CallResult =>
  setThree(context, groups, [gid, egid, sgid]);

/** The saved number becomes the effective one where the real one is set, or the effective one to another than the real. */
function setRealEffective(
  real: number,
  effective: number,
  old: { readonly real: number; readonly effective: number },
): number {
  const isSaved = real !== KEEP || (effective !== KEEP && effective !== old.real);
  return isSaved ? (effective === KEEP ? old.effective : effective) : KEEP;
}

function threeNumbers(pick: (credentials: Credentials) => readonly number[]) {
  return ({ process, memory }: CallContext, first: number, second: number, third: number): CallResult => {
    const values = pick(process.credentials);
    for (const [index, address] of [first, second, third].entries()) {
      if (failed(memory.putUint32(address, values[index] ?? 0))) return { errno: "EFAULT" };
    }
    return 0;
  };
}

const MOST_GROUPS = 65536;

function listGroups({ process, memory }: CallContext, count: number, result: number): CallResult {
  const list = process.credentials.groups;
  if (count === 0) return list.length;
  if (count < list.length) return EINVAL;
  const done = memory.put(result, new Uint8Array(new Uint32Array(list).buffer));
  return failed(done) ? done : list.length;
}

function replaceGroups({ process, memory }: CallContext, count: number, address: number): CallResult {
  if (process.credentials.euid !== 0) return EPERM;
  if (count < 0 || count > MOST_GROUPS) return EINVAL;
  const view = memory.get(address, 4 * count);
  if (failed(view)) return view;
  const list = Array.from({ length: count }, (_, index) => view.getUint32(4 * index, true));
  process.credentials = { ...process.credentials, groups: list };
  return 0;
}

const CAPABILITY_VERSION_3 = 0x20080522;
const ALL_CAPABILITIES = 0x1ff_ffff_ffffn;

/** Root has all capabilities, others none. */
function capabilities({ kernel, process, memory }: CallContext, header: number, data: number): CallResult {
  const view = memory.get(header, 8);
  if (failed(view)) return view;
  const version = view.getUint32(0, true);
  if (version !== CAPABILITY_VERSION_3) {
    memory.putUint32(header, CAPABILITY_VERSION_3);
    return data === 0 ? 0 : EINVAL;
  }
  const id = view.getInt32(4, true);
  const target = id === 0 ? process : kernel.pids.process(id);
  if (!target) return { errno: "ESRCH" };
  if (data === 0) return 0;
  const set = target.credentials.euid === 0 ? ALL_CAPABILITIES : 0n;
  const bytes = new Uint8Array(24);
  const words = [Number(set & 0xffff_ffffn), Number(set >> 32n)];
  for (const [index, word] of words.entries()) {
    viewOf(bytes).setUint32(12 * index, word, true);
    viewOf(bytes).setUint32(12 * index + 4, word, true);
  }
  return memory.put(data, bytes);
}

export const identity = {
  getuid: call(174, [], ({ process }) => process.credentials.uid),
  geteuid: call(175, [], ({ process }) => process.credentials.euid),
  getgid: call(176, [], ({ process }) => process.credentials.gid),
  getegid: call(177, [], ({ process }) => process.credentials.egid),
  setuid: call(146, [uint], (context, uid) => {
    if (uid === KEEP) return EINVAL;
    return context.process.credentials.euid === 0
      ? setUsers(context, uid, uid, uid)
      : setUsers(context, KEEP, uid, KEEP);
  }),
  setgid: call(144, [uint], (context, gid) => {
    if (gid === KEEP) return EINVAL;
    return context.process.credentials.euid === 0
      ? setGroups(context, gid, gid, gid)
      : setGroups(context, KEEP, gid, KEEP);
  }),
  setreuid: call(145, [uint, uint], (context, uid, euid) => {
    const { uid: real, euid: effective } = context.process.credentials;
    return setUsers(context, uid, euid, setRealEffective(uid, euid, { real, effective }));
  }),
  setregid: call(143, [uint, uint], (context, gid, egid) => {
    const { gid: real, egid: effective } = context.process.credentials;
    return setGroups(context, gid, egid, setRealEffective(gid, egid, { real, effective }));
  }),
  setresuid: call(147, [uint, uint, uint], setUsers),
  getresuid: call(
    148,
    [pointer, pointer, pointer],
    threeNumbers(({ uid, euid, suid }) => [uid, euid, suid]),
  ),
  setresgid: call(149, [uint, uint, uint], setGroups),
  getresgid: call(
    150,
    [pointer, pointer, pointer],
    threeNumbers(({ gid, egid, sgid }) => [gid, egid, sgid]),
  ),
  setfsuid: call(151, [uint], ({ process }, uid) => {
    const old = process.credentials;
    const allowed = old.euid === 0 || [old.uid, old.euid, old.suid, old.fsuid].includes(uid);
    if (uid !== KEEP && allowed) process.credentials = { ...old, fsuid: uid };
    return old.fsuid;
  }),
  setfsgid: call(152, [uint], ({ process }, gid) => {
    const old = process.credentials;
    const allowed = old.euid === 0 || [old.gid, old.egid, old.sgid, old.fsgid].includes(gid);
    if (gid !== KEEP && allowed) process.credentials = { ...old, fsgid: gid };
    return old.fsgid;
  }),
  getgroups: call(158, [int, pointer], listGroups),
  setgroups: call(159, [int, pointer], replaceGroups),
  capget: call(90, [pointer, pointer], capabilities, "root has all capabilities, others none"),
  capset: call(91, [pointer, pointer], () => 0, "has no effect"),
};
