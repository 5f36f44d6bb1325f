/** The tab with a Linux program as a process: a file of the user's, or busybox. `machine-page.ts` has whole machines. */

import "@xterm/xterm/css/xterm.css";
import "./program.css";
import { utf8 } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";
import { fetchFile } from "../host/browser/fetch-file.ts";
import { acceptDrops, button, bytesText, choice, make, saveAs } from "./elements.ts";
import type { FileEntry } from "./file-entry.ts";
import { fetchGuest } from "./machine-client.ts";
import { notify } from "./notices.ts";
import { ProgramClient } from "./program-client.ts";
import { HOME, type ProgramEnd } from "./program-protocol.ts";
import type { TechniqueName } from "./protocol.ts";
import { splitArguments } from "./split-arguments.ts";
import { TerminalView } from "./terminal.ts";

const ELF = [0x7f, 0x45, 0x4c, 0x46];
const techniques: readonly (readonly [TechniqueName, string])[] = [
  ["dynamic", "Dynamic translation"],
  ["interpret", "Interpreter"],
  ["translate", "Translate everything"],
];
const inputs = [
  ["terminal", "The terminal"],
  ["text", "A text"],
] as const;

export function showProgram(element: HTMLElement): void {
  new ProgramPage(element);
}

class ProgramPage {
  readonly #client: ProgramClient;
  readonly #terminal: TerminalView;
  readonly #status = make("p", { class: "status", id: "program-state", attributes: { role: "status" } });
  readonly #name = make("output", { class: "program-name", id: "program-name", text: "none yet" });
  readonly #arguments = make("input", {
    id: "program-arguments",
    attributes: { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" },
    on: { keydown: (event) => this.#argumentKey(event as KeyboardEvent) },
  });
  readonly #text = make("textarea", {
    id: "program-input",
    attributes: { rows: "4", spellcheck: "false", "aria-label": "A text to read" },
  });
  readonly #traces = make("input", { id: "program-traces", attributes: { type: "checkbox" } });
  readonly #trace = make("pre", {
    class: "trace",
    id: "trace",
    attributes: { tabindex: "0", "aria-label": "System calls" },
  });
  readonly #untraced = make("p", { class: "note", attributes: { hidden: "" } });
  readonly #files = make("ul", { id: "program-files" });
  readonly #run = button("Run", () => this.#start());
  readonly #stop = button("Stop", () => this.#client.stop(), "End all of its processes");
  readonly #busybox = button("busybox sh", () => void this.#useBusybox(), "A shell with Debian's busybox");
  #path: string | undefined;
  #technique: TechniqueName = "dynamic";

  constructor(element: HTMLElement) {
    this.#client = new ProgramClient({
      output: (bytes, shown) => this.#terminal.write(bytes, shown),
      trace: (text) => this.#showTrace(text),
      untraced: (count) => {
        this.#untraced.hidden = false;
        this.#untraced.textContent = `${count.toLocaleString("en")} more characters are not shown.`;
      },
      ended: (end, milliseconds, regions) => this.#showEnd(end, milliseconds, regions),
      files: (entries) => this.#showFiles(entries),
      file: (path, bytes) => saveAs(path.split("/").at(-1) ?? path, bytes),
      failed: (message) => notify(message, "error"),
    });
    const screen = make("div", { class: "screen", id: "program-terminal" });
    const left = make("section", { class: "left" }, ...this.#controls(), this.#status, screen);
    element.append(left, this.#side());
    this.#terminal = new TerminalView(screen, {
      input: (bytes) => this.#client.input(bytes),
      resized: (columns, rows) => this.#client.resize({ columns, rows }),
    });
    acceptDrops(left, (files) => void this.#take(files, true));
    this.#showRunning(false);
  }

  #controls(): readonly HTMLElement[] {
    const bar = (label: string, ...children: readonly HTMLElement[]): HTMLElement =>
      make("div", { class: "controls", attributes: { role: "toolbar", "aria-label": label } }, ...children);
    const technique = choice("Technique", techniques, this.#technique, (chosen) => {
      this.#technique = chosen;
    });
    const input = choice("Standard input", inputs, "terminal", (chosen) => {
      this.#text.hidden = chosen !== "text";
    });
    this.#text.hidden = true;
    const open = fileButton("Choose a program…", false, (files) => this.#take(files, true));
    open.title = "A program for riscv64 Linux, best a static one; or drop it on this page";
    const program = make("span", { class: "choice" }, "Program:", this.#name);
    return [
      bar("Program", open, this.#busybox, program),
      make("label", { class: "choice arguments" }, "Arguments", this.#arguments),
      bar("Run", this.#run, this.#stop, technique, input),
      this.#text,
    ];
  }

  #side(): HTMLElement {
    return make(
      "section",
      { class: "program-side" },
      make("h2", { text: `Files in ${HOME}` }),
      fileButton("Add files…", true, (files) => this.#take(files, false)),
      this.#files,
      make("h2", { text: "System calls" }),
      make("label", { class: "choice" }, this.#traces, "Show those of the next run"),
      this.#trace,
      this.#untraced,
    );
  }

  // Files

  /** Files of the user's computer. A program among them is the one to run, if one is wanted. */
  async #take(files: readonly File[], wantsProgram: boolean): Promise<void> {
    for (const file of files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const isProgram = ELF.every((byte, at) => bytes[at] === byte);
      const path = `${HOME}/${file.name}`;
      this.#client.put(path, bytes, isProgram ? 0o755 : 0o644);
      if (isProgram && wantsProgram) this.#choose(path, "");
      else if (wantsProgram && files.length === 1)
        notify(`${file.name} is no program: it was added to the files.`);
    }
  }

  async #useBusybox(): Promise<void> {
    this.#busybox.disabled = true;
    try {
      const { busybox } = await fetchGuest();
      if (!busybox) throw new InputError("This server has no busybox");
      const bytes = await fetchFile(busybox, (_, done, total) =>
        this.#say(`Loading ${bytesText(done)} of ${bytesText(total)}`),
      );
      this.#client.put("/bin/busybox", bytes, 0o755);
      this.#choose("/bin/busybox", "sh -l");
      this.#start();
    } catch (error) {
      this.#say("");
      notify(error instanceof Error ? error.message : String(error), "error");
    }
    this.#busybox.disabled = this.#stop.disabled === false;
  }

  #choose(path: string, line: string): void {
    this.#path = path;
    this.#name.textContent = path;
    this.#arguments.value = line;
    this.#run.disabled = !this.#stop.disabled;
    this.#say("");
  }

  #showFiles(entries: readonly FileEntry[]): void {
    const rows = entries.map(({ path, isDirectory, size }) => {
      const shown = path.slice(HOME.length + 1);
      if (isDirectory) return make("li", { text: `${shown}/` });
      const save = button(shown, () => this.#client.get(path), "Save to your computer");
      const remove = button("×", () => this.#client.remove(path), "Remove");
      remove.setAttribute("aria-label", `Remove ${shown}`);
      return make("li", {}, save, ` ${bytesText(size)} `, remove);
    });
    this.#files.replaceChildren(...rows);
  }

  // Running

  #argumentKey(event: KeyboardEvent): void {
    if (event.key === "Enter" && !this.#run.disabled) this.#start();
  }

  #start(): void {
    const path = this.#path;
    if (path === undefined) return;
    try {
      const given = splitArguments(this.#arguments.value);
      this.#trace.replaceChildren();
      this.#untraced.hidden = true;
      this.#terminal.clear();
      this.#client.run({
        path,
        arguments: [path, ...given],
        input: this.#text.hidden ? undefined : utf8(this.#text.value),
        technique: this.#technique,
        traces: this.#traces.checked,
        size: this.#terminal.size,
      });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return this.#say(error.message, "failed");
    }
    this.#showRunning(true);
    this.#say("Running", "running");
    this.#terminal.focus();
  }

  #showRunning(isRunning: boolean): void {
    this.#run.disabled = isRunning || this.#path === undefined;
    this.#stop.disabled = !isRunning;
    this.#busybox.disabled = isRunning;
  }

  #showTrace(text: string): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#trace;
    this.#trace.append(text);
    if (scrollTop + clientHeight >= scrollHeight - 4) this.#trace.scrollTop = this.#trace.scrollHeight;
  }

  #showEnd({ text, isError }: ProgramEnd, milliseconds: number, regions: number): void {
    this.#showRunning(false);
    const time =
      milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
    const translated = regions > 0 ? `, regions translated: ${regions}` : "";
    this.#say(`${text} (${time}${translated})`, isError ? "failed" : "");
  }

  #say(text: string, state = ""): void {
    this.#status.textContent = text;
    this.#status.dataset.state = state;
  }
}

/** A button that asks for files of the user's computer. */
function fileButton(
  text: string,
  several: boolean,
  take: (files: readonly File[]) => Promise<void>,
): HTMLButtonElement {
  const input = make("input", {
    attributes: { type: "file", "aria-label": text, ...(several ? { multiple: "" } : {}) },
    on: {
      change: () => {
        void take([...(input.files ?? [])]);
        input.value = "";
      },
    },
  });
  return button(text, () => input.click());
}
