/** The tab with a whole Linux machine: terminal, switches, files, and a look inside. */

import "@xterm/xterm/css/xterm.css";
import { DiskView } from "./disk-view.ts";
import { button, bytesText, choice, make } from "./elements.ts";
import { FilesView } from "./files-view.ts";
import { InsideView } from "./inside-view.ts";
import { BrowserMachine, fetchGuest } from "./machine-client.ts";
import { notify } from "./notices.ts";
import type { GuestManifest, MachineState, TechniqueName } from "./protocol.ts";
import { TerminalView } from "./terminal.ts";
import { nextTurn } from "./turns.ts";

const MEMORY = ["128", "256", "512", "1024"] as const;
const FILES = "strata-files";
const techniques: readonly (readonly [TechniqueName, string])[] = [
  ["interpret", "Interpreter"],
  ["dynamic", "Dynamic translation"],
  ["translate", "Translate everything"],
];
const STATES: Readonly<Record<MachineState, string>> = {
  loading: "Loading",
  running: "Running",
  paused: "Paused",
  stopped: "Off",
  failed: "Failed",
};

export function showMachine(element: HTMLElement): void {
  new MachinePage(element);
}

class MachinePage {
  readonly #machine: BrowserMachine;
  readonly #terminal: TerminalView;
  readonly #status = make("span", { class: "status", id: "state", text: STATES.stopped });
  readonly #progress = make("progress", { attributes: { max: "1", "aria-label": "Download" } });
  readonly #pause = button("Pause", () => this.#togglePause());
  readonly #power = button("Power off", () => this.#togglePower());
  readonly #reset = button("Reset", () => this.#machine.reset());
  readonly #inside: InsideView;
  readonly #files: FilesView;
  readonly #disk: DiskView;
  readonly #loaded = new Map<string, { readonly done: number; readonly total: number }>();
  #guest: GuestManifest | undefined;
  #memory: (typeof MEMORY)[number] = "256";
  #technique: TechniqueName = "dynamic";
  /** Whether it is switched off only to be switched on again. */
  #isRestarting = false;

  constructor(element: HTMLElement) {
    const screen = make("div", { class: "screen", id: "terminal" });
    this.#machine = new BrowserMachine({
      state: (state, message) => this.#show(state, message),
      progress: (url, done, total) => this.#showProgress(url, done, total),
      output: (bytes, shown) => this.#terminal.write(bytes, shown),
      notice: (text) => notify(text),
      files: (entries, isKept) => this.#files.show(entries, isKept),
      disk: (status) => this.#disk.show(status),
      statistics: (statistics) => this.#inside.add(statistics),
    });
    this.#inside = new InsideView(this.#machine);
    this.#files = new FilesView(this.#machine);
    this.#disk = new DiskView({
      restart: () => this.#restart(),
      reset: (disk) => this.#machine.resetDisk(disk),
    });
    const memory = choice(
      "Memory",
      MEMORY.map((size) => [size, `${size} MiB`] as const),
      this.#memory,
      (size) => {
        this.#memory = size;
        notify(`The machine will have ${size} MiB when it is switched on again.`);
      },
    );
    const technique = choice("Technique", techniques, this.#technique, (chosen) => {
      this.#technique = chosen;
      this.#machine.setTechnique(chosen);
    });
    const controls = make(
      "div",
      { class: "controls", attributes: { role: "toolbar", "aria-label": "Machine" } },
      ...[this.#status, this.#progress, this.#pause, this.#reset, this.#power, technique, memory],
    );
    const left = make(
      "section",
      { class: "left" },
      controls,
      screen,
      this.#files.element,
      this.#disk.element,
    );
    element.append(left, this.#inside.element);
    this.#terminal = new TerminalView(screen, {
      input: (bytes) => this.#machine.input(bytes),
      resized: (columns, rows) => this.#machine.resize(columns, rows),
    });
    this.#files.acceptDrops(left);
    this.#machine.watch(true);
    void this.#begin();
  }

  async #begin(): Promise<void> {
    await nextTurn();
    this.#disk.recall();
    await this.#start();
  }

  async #start(): Promise<void> {
    try {
      this.#guest ??= await fetchGuest();
      this.#disk.offer(this.#guest.disks ?? []);
    } catch (error) {
      this.#show("failed", error instanceof Error ? error.message : String(error));
      return;
    }
    this.#terminal.clear();
    this.#machine.start({
      memoryBytes: Number(this.#memory) * 2 ** 20,
      technique: this.#technique,
      guest: this.#guest,
      files: FILES,
      disk: this.#disk.disk,
    });
  }

  #restart(): void {
    const { state } = this.#machine;
    this.#isRestarting = state !== "stopped" && state !== "failed";
    if (this.#isRestarting) this.#machine.powerOff();
    else void this.#start();
  }

  #togglePause(): void {
    if (this.#machine.state === "paused") this.#machine.resume();
    else this.#machine.pause();
  }

  #togglePower(): void {
    const { state } = this.#machine;
    if (state === "stopped" || state === "failed") void this.#start();
    else this.#machine.powerOff();
  }

  #show(state: MachineState, message: string | undefined): void {
    this.#status.textContent = STATES[state];
    this.#status.dataset.state = state;
    const isOn = state === "running" || state === "paused";
    this.#pause.disabled = !isOn;
    this.#pause.textContent = state === "paused" ? "Resume" : "Pause";
    this.#power.textContent = isOn ? "Power off" : "Power on";
    this.#power.disabled = state === "loading";
    this.#reset.disabled = !isOn;
    this.#progress.hidden = state !== "loading";
    if (message) notify(message, "error");
    if (this.#isRestarting && isOn) this.#machine.powerOff();
    if (this.#isRestarting && (state === "stopped" || state === "failed")) {
      this.#isRestarting = false;
      void this.#start();
    }
    if (state === "running") {
      const { columns, rows } = this.#terminal.size;
      this.#machine.resize(columns, rows);
      this.#terminal.focus();
    }
  }

  #showProgress(url: string, done: number, total: number): void {
    this.#loaded.set(url, { done, total });
    if (this.#machine.state !== "loading") return;
    const sum = (part: "done" | "total") =>
      [...this.#loaded.values()].reduce((all, file) => all + file[part], 0);
    this.#progress.value = sum("done") / Math.max(1, sum("total"));
    this.#status.textContent = `Loading ${bytesText(sum("done"))} of ${bytesText(sum("total"))}`;
  }
}
