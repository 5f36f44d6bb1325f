/** /dev/tty, /dev/ptmx and /dev/pts (tty(4), pts(4)). */

import { failed, type Outcome } from "../../base/errno.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import { openSlave, PseudoTerminal, PtyMaster, PtySlave } from "../files/pseudo-terminal.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Mode, type Place } from "./place.ts";
import { SpecialDirectory, SpecialNode } from "./special-node.ts";

const TTY_MAJOR = 5;
const PTMX_MINOR = 2;
const PTS_MAJOR = 136;

/** The terminal of whoever opens it. */
export class TerminalNode extends SpecialNode {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    super(Mode.S_IFCHR | 0o666, TTY_MAJOR << 8);
    this.#kernel = kernel;
  }

  override openSpecial(flags: number, place: Place): Outcome<OpenFile> {
    const session = this.#kernel.current?.process.session ?? 0;
    const terminal = this.#kernel.terminalOf(session);
    if (terminal instanceof PseudoTerminal) return new PtySlave(terminal, flags, place);
    return terminal ?? { errno: "ENXIO" };
  }
}

/** Each opening makes a new terminal. */
export class MultiplexerNode extends SpecialNode {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    super(Mode.S_IFCHR | 0o666, (TTY_MAJOR << 8) | PTMX_MINOR);
    this.#kernel = kernel;
  }

  override openSpecial(flags: number, place: Place): Outcome<OpenFile> {
    const { terminals } = this.#kernel;
    const pty = terminals.add((id) => new PseudoTerminal(id, terminals));
    return failed(pty) ? pty : new PtyMaster(pty, flags & ~OpenFlag.O_NOCTTY, place);
  }
}

class SlaveNode extends SpecialNode {
  readonly #pty: PseudoTerminal;
  readonly #uid: number;

  constructor(pty: PseudoTerminal, uid: number) {
    super(Mode.S_IFCHR | 0o620, (PTS_MAJOR << 8) | pty.id);
    this.#pty = pty;
    this.#uid = uid;
  }

  protected override get owner() {
    return { uid: this.#uid, gid: 5 };
  }

  override openSpecial(flags: number, place: Place): Outcome<OpenFile> {
    return openSlave(this.#pty, flags, place);
  }
}

/** /dev/pts: the terminals that there are. */
export function terminalDirectory(kernel: Kernel, multiplexer: SpecialNode): SpecialDirectory {
  const nodes = new WeakMap<PseudoTerminal, SlaveNode>();
  const nodeOf = (pty: PseudoTerminal): SlaveNode => {
    const known = nodes.get(pty) ?? new SlaveNode(pty, kernel.current?.process.credentials.fsuid ?? 0);
    nodes.set(pty, known);
    return known;
  };
  return new SpecialDirectory(
    () => {
      const entries = [...kernel.terminals.all].map((pty) => [`${pty.id}`, nodeOf(pty)] as const);
      return new Map<string, SpecialNode>([...entries, ["ptmx", multiplexer]]);
    },
    0o755,
    (name) => {
      if (name === "ptmx") return multiplexer;
      const pty = /^(0|[1-9]\d{0,3})$/.test(name) ? kernel.terminals.get(Number(name)) : undefined;
      return pty && nodeOf(pty);
    },
  );
}
