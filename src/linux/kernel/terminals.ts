/** Terminals that programs make, which sessions they control, and job control (credentials(7), tcsetpgrp(3), setsid(2)). */

import { viewOf } from "../../base/bytes.ts";
import type { Failure, Outcome } from "../../base/errno.ts";
import type { IoctlMemory } from "../files/open-file.ts";
import type { PseudoTerminal } from "../files/pseudo-terminal.ts";
import { TerminalRequest } from "../files/terminal-request.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { inSet, signals } from "./signals.ts";

/** kernel.pty.max */
const MOST_TERMINALS = 256;

export class Terminals {
  readonly resizeSignal = signals.SIGWINCH;
  readonly #kernel: Kernel;
  readonly #terminals = new Map<number, PseudoTerminal>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get all(): Iterable<PseudoTerminal> {
    return this.#terminals.values();
  }

  get(id: number): PseudoTerminal | undefined {
    return this.#terminals.get(id);
  }

  /** A new terminal with the lowest number that is free; ENOSPC. */
  add(make: (id: number) => PseudoTerminal): Outcome<PseudoTerminal> {
    let id = 0;
    while (this.#terminals.has(id)) id++;
    if (id >= MOST_TERMINALS) return { errno: "ENOSPC" };
    const pty = make(id);
    this.#terminals.set(id, pty);
    return pty;
  }

  /** The terminal that controls a session. */
  ofSession(session: number): PseudoTerminal | undefined {
    return [...this.#terminals.values()].find((pty) => pty.session === session);
  }

  signalGroup(group: number, signal: number): void {
    this.#kernel.signals.sendToGroup(group, signal);
  }

  get #current(): Process | undefined {
    return this.#kernel.current?.process;
  }

  /** Makes it the terminal of the session that the current process leads, where neither has another (TIOCSCTTY). */
  control(pty: PseudoTerminal, isAsked: boolean): Outcome<number> {
    const process = this.#current;
    if (!process || process.session !== process.id) return isAsked ? { errno: "EPERM" } : 0;
    if (pty.session === process.session) return 0;
    const hasOwn = this.#kernel.terminalOf(process.session) !== undefined;
    if (hasOwn || pty.session !== 0) return isAsked ? { errno: "EPERM" } : 0;
    pty.session = process.session;
    pty.foregroundGroup = process.group;
    return 0;
  }

  /** TIOCNOTTY: only where the leader of a session does it, nobody of it has the terminal any more. */
  leave(pty: PseudoTerminal): Outcome<number> {
    const process = this.#current;
    if (!process || pty.session !== process.session) return { errno: "ENOTTY" };
    if (process.id === process.session) this.#release(pty);
    return 0;
  }

  #release(pty: PseudoTerminal): void {
    const { foregroundGroup } = pty;
    pty.session = 0;
    pty.foregroundGroup = 0;
    if (foregroundGroup === 0) return;
    this.signalGroup(foregroundGroup, signals.SIGHUP);
    this.signalGroup(foregroundGroup, signals.SIGCONT);
  }

  /** A process has ended: if it led a session, its terminal is nobody's. */
  ended(process: Process): void {
    const pty = process.session === process.id ? this.ofSession(process.id) : undefined;
    if (pty) this.#release(pty);
  }

  /** The master is closed: the leader hears of it, and whoever is in the foreground. */
  hangUp(pty: PseudoTerminal): void {
    this.#terminals.delete(pty.id);
    const leader = pty.session === 0 ? undefined : this.#kernel.pids.process(pty.session);
    if (leader && leader.group !== pty.foregroundGroup) this.signalGroup(leader.group, signals.SIGHUP);
    this.#release(pty);
  }

  /** TIOCGPGRP, TIOCSPGRP, TIOCGSID. */
  jobRequest(
    pty: PseudoTerminal,
    request: number,
    argument: number,
    memory: IoctlMemory,
    ofMaster: boolean,
  ): Outcome<number> {
    const process = this.#current;
    const isOwn = pty.session !== 0 && process?.session === pty.session;
    if (!isOwn && !ofMaster) return { errno: "ENOTTY" };
    if (request === TerminalRequest.TIOCSPGRP) {
      const bytes = memory.read(argument, 4);
      if (!bytes) return { errno: "EFAULT" };
      return isOwn ? this.#setForeground(pty, viewOf(bytes).getInt32(0, true)) : { errno: "ENOTTY" };
    }
    const value = request === TerminalRequest.TIOCGSID ? pty.session : pty.foregroundGroup;
    if (value === 0 && request === TerminalRequest.TIOCGSID) return { errno: "ENOTTY" };
    return memory.write(argument, new Uint8Array(new Int32Array([value]).buffer)) ? 0 : { errno: "EFAULT" };
  }

  #setForeground(pty: PseudoTerminal, group: number): Outcome<number> {
    if (group < 0) return { errno: "EINVAL" };
    const [member] = this.#kernel.pids.group(group);
    if (!member) return { errno: "ESRCH" };
    if (member.session !== pty.session) return { errno: "EPERM" };
    pty.foregroundGroup = group;
    return 0;
  }

  /** Whether the current process is in the background of a terminal that controls it. */
  #isBackground(pty: PseudoTerminal): boolean {
    const process = this.#current;
    return process !== undefined && process.session === pty.session && process.group !== pty.foregroundGroup;
  }

  #isDeaf(signal: number): boolean {
    const task = this.#kernel.current;
    return !task || inSet(task.mask, signal) || task.process.actions.get(signal).handler === 1;
  }

  /** A group that no other group of its session has a parent in: nobody could continue it (setpgid(2)). */
  #isOrphaned({ group, session }: Process): boolean {
    return this.#kernel.pids
      .group(group)
      .every(({ parent }) => !parent || parent.session !== session || parent.group === group);
  }

  /** Reading in the background stops the group. */
  refuseInput(pty: PseudoTerminal): Failure | undefined {
    const process = this.#current;
    if (!process || !this.#isBackground(pty)) return undefined;
    if (this.#isDeaf(signals.SIGTTIN) || this.#isOrphaned(process)) return { errno: "EIO" };
    this.signalGroup(process.group, signals.SIGTTIN);
    return { errno: "ERESTARTSYS" };
  }

  /** So does changing the terminal, unless the signal is blocked or ignored. */
  refuseChange(pty: PseudoTerminal): Failure | undefined {
    const process = this.#current;
    if (!process || !this.#isBackground(pty) || this.#isDeaf(signals.SIGTTOU)) return undefined;
    if (this.#isOrphaned(process)) return { errno: "EIO" };
    this.signalGroup(process.group, signals.SIGTTOU);
    return { errno: "ERESTARTSYS" };
  }
}
