/**
 * A session that runs one command in the guest: its standard streams are those of this process, byte by byte,
 * through ports of their own, and signals reach it. The protocol of the control port is described in
 * `guests/init-script.ts`.
 */

import type { MachineConsolePort } from "../boards/virt/machine.ts";
import { InputFeeder } from "../host/node/input-feeder.ts";
import { OutputWriter } from "../host/node/output-writer.ts";
import type { RunLoop } from "../host/shared/run-loop.ts";
import { exitStatus, type Outcome, signalStatus } from "./exit-status.ts";
import { KernelLog } from "./kernel-log.ts";
import { onEndingSignals, type Session, type SessionMachine } from "./session.ts";

/** Ports of the console; port 0 is the terminal. */
const stdinPort = 1;
const controlPort = 4;

/** Nobody sends longer lines; it bounds what a guest can make us keep. */
const longestLine = 4096;

/** As many signals end the session itself if the command does not: the way out of a guest that hangs. */
const patience = 3;

export interface CommandSessionOptions {
  /** Lets the guest power off in good order after the command: it may have something to write back. */
  readonly untilPowerOff: boolean;
}

export class CommandSession implements Session {
  readonly machineOptions;
  readonly #untilPowerOff: boolean;
  readonly #log = new KernelLog();
  #machine: SessionMachine | undefined;
  #loop: RunLoop | undefined;
  #stdout: OutputWriter | undefined;
  #stderr: OutputWriter | undefined;
  #feeder: InputFeeder | undefined;
  #ignoreSignals: (() => void) | undefined;
  /** The guest listens to what the control port says. */
  #connected = false;
  #signals = 0;
  #line = "";
  #outcome: Outcome | undefined;

  constructor({ untilPowerOff }: CommandSessionOptions) {
    this.#untilPowerOff = untilPowerOff;
    const consolePorts: MachineConsolePort[] = [
      { name: "strata.stdin", output: () => {}, room: () => this.#feeder?.offer() },
      { name: "strata.stdout", output: (bytes) => this.#stdout?.write(bytes) },
      { name: "strata.stderr", output: (bytes) => this.#stderr?.write(bytes) },
      {
        name: "strata.control",
        output: (bytes) => this.#control(Buffer.from(bytes).toString()),
        opened: (open) => {
          this.#connected = open;
        },
      },
    ];
    this.machineOptions = { consolePorts, consoleOutput: (bytes: Uint8Array) => this.#log.add(bytes) };
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get panicked(): boolean {
    return this.#log.panicked;
  }

  start(machine: SessionMachine, loop: RunLoop): void {
    this.#machine = machine;
    this.#loop = loop;
    this.#stdout = this.#writer(process.stdout);
    this.#stderr = this.#writer(process.stderr);
    this.#ignoreSignals = onEndingSignals((signal) => this.#signal(signal));
    this.#feeder = new InputFeeder(process.stdin, {
      take: (bytes) => {
        const taken = machine.console.input(stdinPort, bytes);
        loop.wake();
        return taken;
      },
      end: () => {
        machine.console.end(stdinPort);
        loop.wake();
      },
    });
    this.#feeder.start();
  }

  async finish(): Promise<void> {
    this.#ignoreSignals?.();
    process.stdin.destroy();
    await this.#stdout?.flush();
    await this.#stderr?.flush();
  }

  #writer(stream: NodeJS.WriteStream): OutputWriter {
    return new OutputWriter(stream, {
      hold: () => this.#loop?.hold(),
      resume: () => this.#loop?.resume(),
      // What happens to any process that writes where nobody reads.
      broken: () => this.#send("SIGPIPE"),
    });
  }

  /** A signal that this process got is the command's; before there is a command, and as the last way out, it is ours. */
  #signal(signal: NodeJS.Signals): void {
    this.#signals++;
    if (this.#connected && this.#signals < patience) this.#send(signal);
    else this.#end({ status: signalStatus(signal), message: `ended by ${signal}` });
  }

  #send(signal: NodeJS.Signals): void {
    this.#machine?.console.input(controlPort, Buffer.from(`signal ${signal.slice("SIG".length)}\n`));
    this.#loop?.wake();
  }

  /** Takes the guest's lines. */
  #control(text: string): void {
    const lines = (this.#line + text).split("\n");
    this.#line = (lines.pop() ?? "").slice(0, longestLine);
    for (const line of lines) this.#obey(line);
  }

  #obey(line: string): void {
    const [, word, rest = ""] = /^(\w+) ?(.*)$/.exec(line) ?? [];
    if (word === "exit" && /^\d+$/.test(rest)) {
      this.#outcome ??= { status: Number(rest) & 0xff };
      if (!this.#untilPowerOff) this.#loop?.stop();
    }
    if (word === "fail") {
      this.#end({
        status: exitStatus.failure,
        message: `the guest could not start the command: ${printable(rest)}`,
      });
    }
  }

  #end(outcome: Outcome): void {
    this.#outcome ??= outcome;
    this.#loop?.stop();
  }
}

/** A guest's text, which must not control the user's terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
