/** The guest's directory /mnt, in the page: files go in by drag and drop or a dialogue, and out by a click. */

import { acceptDrops, button, bytesText, make, saveAs } from "./elements.ts";
import type { FileEntry } from "./file-entry.ts";
import type { BrowserMachine } from "./machine-client.ts";
import { notify } from "./notices.ts";

export class FilesView {
  readonly element = make("details", { class: "files" });
  readonly #list = make("ul", { id: "files" });
  readonly #kept = make("span", { id: "files-kept" });
  readonly #machine: BrowserMachine;

  constructor(machine: BrowserMachine) {
    this.#machine = machine;
    const input = make("input", {
      attributes: { type: "file", multiple: "", hidden: "", "aria-label": "Files for the guest" },
      on: { change: () => void this.#upload([...(input.files ?? [])]) },
    });
    const open = button(
      "Add files…",
      () => input.click(),
      "Files of your computer, for the guest's directory /mnt",
    );
    this.element.append(
      make("summary", {}, "Files in /mnt: drop some here ", this.#kept),
      open,
      input,
      this.#list,
    );
  }

  /** @param isKept whether they are all there on the next visit */
  show(entries: readonly FileEntry[], isKept: boolean): void {
    this.#kept.textContent = isKept && entries.length > 0 ? "(kept by the browser)" : "";
    const lines = entries.map(({ path, isDirectory, size }) => {
      if (isDirectory) return make("li", { text: `${path}/` });
      const save = button(path, () => void this.#save(path), "Save to your computer");
      const remove = button("×", () => void this.#remove(path), "Remove");
      remove.setAttribute("aria-label", `Remove ${path}`);
      return make("li", {}, save, ` ${bytesText(size)} `, remove);
    });
    this.#list.replaceChildren(...lines);
  }

  /** Takes files that are dropped on an element. */
  acceptDrops(target: HTMLElement): void {
    acceptDrops(target, (files) => void this.#upload(files));
  }

  async #upload(files: readonly File[]): Promise<void> {
    for (const file of files) {
      await this.#try(async () =>
        this.#machine.writeFile(file.name, new Uint8Array(await file.arrayBuffer())),
      );
    }
    if (files.length > 0) this.element.open = true;
  }

  async #save(path: string): Promise<void> {
    await this.#try(async () => saveAs(path.split("/").at(-1) ?? path, await this.#machine.readFile(path)));
  }

  async #remove(path: string): Promise<void> {
    await this.#try(() => this.#machine.removeFile(path));
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), "error");
    }
  }
}
