/**
 * The modes of the terminal that this process has, as a guest program sets them; they are given back however it ends.
 * stty(1) sets what Node cannot: lines without echo, and signals by keys without lines.
 */

import { spawnSync } from "node:child_process";
import type { HostTerminal } from "../../linux/platform.ts";

type Mode = Parameters<HostTerminal["setMode"]>[0];

export class TerminalModes implements HostTerminal {
  #saved: string | undefined;
  readonly #restore = () => this.restore();

  get size() {
    const { rows = 24, columns = 80 } = process.stdout.isTTY ? process.stdout : {};
    return { rows, columns };
  }

  setMode({ lines, echo, signals }: Mode): void {
    if (this.#saved === undefined) {
      this.#saved = spawnSync("stty", ["-g"], {
        stdio: ["inherit", "pipe", "ignore"],
        encoding: "utf8",
      }).stdout?.trim();
      process.on("exit", this.#restore);
    }
    const set = (name: string, on: boolean) => (on ? name : `-${name}`);
    this.#stty([set("icanon", lines), set("echo", echo), set("isig", signals), set("icrnl", lines)]);
    if (!lines) this.#stty(["min", "1", "time", "0"]);
  }

  restore(): void {
    process.off("exit", this.#restore);
    if (this.#saved) this.#stty([this.#saved]);
    this.#saved = undefined;
  }

  #stty(settings: readonly string[]): void {
    spawnSync("stty", settings, { stdio: ["inherit", "ignore", "ignore"] });
  }
}
