/**
 * `<strata-machine>`: a Linux machine in any page. Attributes: `guest`, the address of a `guest.json` (default:
 * guest/guest.json); `memory`, its RAM in MiB (256); `technique` (dynamic); `files`, a name under which its directory /mnt is kept;
 * `disk`, the address of an image that is /dev/vda, on which what the guest writes is kept by the browser.
 * It boots when it comes into the page. Events: `state` (detail: state, message) and `notice` (detail: text).
 */

import "@xterm/xterm/css/xterm.css";
import { BrowserMachine, fetchGuest } from "./machine-client.ts";
import type { TechniqueName } from "./protocol.ts";
import { TerminalView } from "./terminal.ts";

export class StrataMachineElement extends HTMLElement {
  #machine: BrowserMachine | undefined;
  #terminal: TerminalView | undefined;

  /** The machine, once it is there. */
  get machine(): BrowserMachine | undefined {
    return this.#machine;
  }

  /** What its terminal shows and has shown, as text. */
  get text(): string {
    return this.#terminal?.text ?? "";
  }

  connectedCallback(): void {
    if (this.#machine) return;
    if (getComputedStyle(this).display === "inline") this.style.display = "block";
    const tell = (name: string, detail: unknown) => this.dispatchEvent(new CustomEvent(name, { detail }));
    const machine = new BrowserMachine({
      state: (state, message) => {
        tell("state", { state, message });
        if (state === "running") machine.resize(terminal.size.columns, terminal.size.rows);
      },
      notice: (text) => tell("notice", { text }),
      output: (bytes, shown) => terminal.write(bytes, shown),
    });
    const terminal = new TerminalView(this, {
      input: (bytes) => machine.input(bytes),
      resized: (columns, rows) => machine.resize(columns, rows),
    });
    this.#machine = machine;
    this.#terminal = terminal;
    void this.#boot(machine, tell);
  }

  async #boot(machine: BrowserMachine, tell: (name: string, detail: unknown) => void): Promise<void> {
    const disk = this.getAttribute("disk");
    try {
      machine.start({
        memoryBytes: Number(this.getAttribute("memory") ?? 256) * 2 ** 20,
        technique: (this.getAttribute("technique") ?? "dynamic") as TechniqueName,
        guest: await fetchGuest(this.getAttribute("guest") ?? undefined),
        files: this.getAttribute("files") ?? undefined,
        disk: disk === null ? undefined : { kind: "url", url: new URL(disk, document.baseURI).href },
      });
    } catch (error) {
      tell("state", { state: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  }

  disconnectedCallback(): void {
    this.#machine?.close();
    this.#machine = undefined;
    this.replaceChildren();
  }
}

/** Makes the element known to the page. */
export function defineStrataMachine(name = "strata-machine"): void {
  if (!customElements.get(name)) customElements.define(name, StrataMachineElement);
}
