/** An interactive session: this process's terminal is the guest's hvc0. */

import { InputFeeder } from "../host/node/input-feeder.ts";
import { OutputWriter } from "../host/node/output-writer.ts";
import { RawTerminal } from "../host/node/raw-terminal.ts";
import type { RunLoop } from "../host/shared/run-loop.ts";
import { EscapeFilter } from "./escape-filter.ts";
import { exitStatus, type Outcome, signalStatus } from "./exit-status.ts";
import { KernelLog } from "./kernel-log.ts";
import { onEndingSignals, type Session, type SessionMachine } from "./session.ts";

/** The end of a file on a terminal (Ctrl-D). */
const endOfFile = Uint8Array.of(4);
/**
 * Like that of a file, the end of the input is there for everyone who reads: it is said again after so many
 * milliseconds. (A shell that sets up its terminal just then does not see it.)
 */
const endInterval = 500;
const newLine = Uint8Array.of(10);

export class TerminalSession implements Session {
  readonly machineOptions = {
    consoleOutput: (bytes: Uint8Array) => this.#output(bytes),
    consoleRoom: () => this.#feeder?.offer(),
  };
  readonly #log = new KernelLog();
  readonly #undo: (() => void)[] = [];
  #writer: OutputWriter | undefined;
  #feeder: InputFeeder | undefined;
  #outcome: Outcome | undefined;
  #atLineStart = true;

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get panicked(): boolean {
    return this.#log.panicked;
  }

  start({ console }: SessionMachine, loop: RunLoop): void {
    const end = (outcome: Outcome) => {
      this.#outcome ??= outcome;
      loop.stop();
    };
    this.#writer = new OutputWriter(process.stdout, {
      hold: () => loop.hold(),
      resume: () => loop.resume(),
      broken: () => end({ status: signalStatus("SIGPIPE") }),
    });
    this.#undo.push(
      onEndingSignals((signal) => end({ status: signalStatus(signal), message: `ended by ${signal}` })),
    );
    this.#watchSize(console);
    this.#feed(console, loop, () => end({ status: exitStatus.success }));
  }

  async finish(): Promise<void> {
    if (process.stdin.isTTY && !this.#atLineStart) this.#writer?.write(newLine);
    for (const undo of this.#undo.splice(0)) undo();
    await this.#writer?.flush();
  }

  #output(bytes: Uint8Array): void {
    this.#log.add(bytes);
    this.#writer?.write(bytes);
    this.#atLineStart = bytes.at(-1) === newLine[0];
  }

  #watchSize(console: SessionMachine["console"]): void {
    const { stdout } = process;
    if (!stdout.isTTY) return;
    const resize = () => console.resize(stdout.columns, stdout.rows);
    resize();
    stdout.on("resize", resize);
    this.#undo.push(() => stdout.off("resize", resize));
  }

  /** Joins standard input to the console: keys, with an escape among them, or bytes as they are. */
  #feed(console: SessionMachine["console"], loop: RunLoop, leave: () => void): void {
    const { stdin } = process;
    const take = (bytes: Uint8Array) => {
      const taken = console.input(0, bytes);
      loop.wake();
      return taken;
    };
    const end = () => {
      take(endOfFile);
      const again = setInterval(() => take(endOfFile), endInterval);
      this.#undo.push(() => clearInterval(again));
    };
    if (stdin.isTTY) {
      const terminal = new RawTerminal(stdin);
      terminal.enter();
      this.#undo.push(() => terminal.leave());
      const keys = new EscapeFilter(leave);
      this.#feeder = new InputFeeder(stdin, { take, end: leave, filter: (bytes) => keys.filter(bytes) });
    } else this.#feeder = new InputFeeder(stdin, { take, end });
    this.#feeder.start();
    this.#undo.push(() => stdin.destroy());
  }
}
