/** The machine's disk, in the page: which image it is made from, and what the browser keeps of it. */

import type { DiskPlace, DiskStatus } from "../host/browser/disk/open-disk.ts";
import { button, bytesText, make } from "./elements.ts";
import { notify } from "./notices.ts";

/** What the machine's page does for it. */
export interface DiskViewEvents {
  /** Another disk was chosen: the machine is to be started with it. */
  restart(): void;
  reset(disk: DiskPlace): Promise<void>;
}

/** Where the address of the disk is kept until the next visit. */
const REMEMBERED = "strata-disk";

export class DiskView {
  readonly element = make("details", { class: "files", id: "disk" });
  readonly #events: DiskViewEvents;
  readonly #summary = make("summary");
  readonly #choice = make("select", { attributes: { "aria-label": "Disk image" } });
  readonly #address = make("input", {
    attributes: { type: "text", placeholder: "address of an image", "aria-label": "Address of a disk image" },
  });
  readonly #file = make("input", {
    attributes: { type: "file", "aria-label": "Disk image of this computer" },
  });
  readonly #reset = button("Reset disk…", () => this.#ask.showModal());
  readonly #question = make("p");
  readonly #ask: HTMLDialogElement;
  readonly #sizes = make("p", { id: "disk-sizes" });
  #disk: DiskPlace | undefined;

  constructor(events: DiskViewEvents) {
    this.#events = events;
    this.#ask = make(
      "dialog",
      {},
      this.#question,
      button("Reset disk", () => void this.#resetNow()),
      " ",
      button("Cancel", () => this.#ask.close()),
    );
    this.#choice.addEventListener("change", () => this.#showFields());
    const use = button("Restart with this disk", () => this.#use());
    const hint = make("p", { text: "In the guest the disk is /dev/vda: mkdir /disk; mount /dev/vda /disk" });
    const line = make(
      "div",
      { class: "controls" },
      this.#choice,
      this.#address,
      this.#file,
      use,
      this.#reset,
    );
    this.element.append(this.#summary, line, this.#sizes, hint, this.#ask);
    this.offer([]);
    this.show(undefined);
  }

  /** What the machine's disk is made from; undefined: it has none. */
  get disk(): DiskPlace | undefined {
    return this.#disk;
  }

  /** Finds the disk of the last visit: apart, as a browser may take its time for it. */
  recall(): void {
    this.#disk = remembered();
    this.show(undefined);
  }

  /** Shows the images that the server has. */
  offer(disks: readonly { readonly name: string; readonly url: string }[]): void {
    const url = this.#disk?.kind === "url" ? this.#disk.url : undefined;
    const isOffered = disks.some((disk) => disk.url === url);
    const options = [
      new Option("No disk", "none"),
      ...disks.map((disk) => new Option(disk.name, `offer ${disk.url}`)),
      new Option("An image on this site…", "url"),
      new Option("An image on this computer…", "file"),
    ];
    this.#choice.replaceChildren(...options);
    this.#choice.value = url === undefined ? "none" : isOffered ? `offer ${url}` : "url";
    if (url !== undefined) this.#address.value = url;
    this.#showFields();
  }

  show(status: DiskStatus | undefined): void {
    this.#reset.disabled = this.#disk === undefined;
    if (!status) {
      this.#summary.textContent = this.#disk ? `Disk: ${nameOf(this.#disk)}` : "Disk: none";
      this.#sizes.textContent = "";
      this.#question.textContent = "Throw away all that the guest wrote to its disk?";
      return;
    }
    const { name, size, written, cached, fetched, isKept } = status;
    const kept = isKept ? "kept by the browser" : "gone when the page is closed";
    this.#summary.textContent = `Disk: ${name}, ${bytesText(size)}`;
    this.#sizes.textContent = `Written: ${bytesText(written)}, ${kept}. Of the image: ${bytesText(cached)} kept, ${bytesText(fetched)} fetched.`;
    this.#question.textContent = `Throw away all that the guest wrote to ${name} (${bytesText(written)})? The machine is switched off.`;
  }

  #showFields(): void {
    this.#address.hidden = this.#choice.value !== "url";
    this.#file.hidden = this.#choice.value !== "file";
  }

  #use(): void {
    const place = this.#chosen();
    if (place === "nothing") return;
    this.#disk = place;
    remember(place);
    this.show(undefined);
    this.#events.restart();
  }

  /** What the fields say; "nothing" where something is missing or wrong, which is told. */
  #chosen(): DiskPlace | undefined | "nothing" {
    const { value } = this.#choice;
    if (value === "none") return undefined;
    if (value.startsWith("offer ")) return { kind: "url", url: value.slice("offer ".length) };
    if (value === "file") {
      const file = this.#file.files?.[0];
      if (file) return { kind: "file", file };
      notify("Choose the file of a disk image first.");
      return "nothing";
    }
    const url = URL.canParse(this.#address.value, document.baseURI)
      ? new URL(this.#address.value, document.baseURI)
      : undefined;
    if (this.#address.value !== "" && url?.origin === location.origin) return { kind: "url", url: url.href };
    notify(
      "This page fetches nothing from other sites: put the image beside the page, or save it and choose it as a file.",
      "error",
    );
    return "nothing";
  }

  async #resetNow(): Promise<void> {
    this.#ask.close();
    if (!this.#disk) return;
    try {
      await this.#events.reset(this.#disk);
      notify(`What the guest wrote to ${nameOf(this.#disk)} is gone. The machine is off.`);
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), "error");
    }
  }
}

function nameOf(place: DiskPlace): string {
  if (place.kind === "file") return place.file.name;
  return decodeURIComponent(new URL(place.url).pathname.split("/").at(-1) ?? "");
}

/** The disk of the last visit; a file of the user's computer has to be chosen each time. */
function remembered(): DiskPlace | undefined {
  try {
    const url = localStorage.getItem(REMEMBERED);
    return url === null ? undefined : { kind: "url", url };
  } catch {
    return undefined;
  }
}

function remember(place: DiskPlace | undefined): void {
  try {
    if (place?.kind === "url") localStorage.setItem(REMEMBERED, place.url);
    else localStorage.removeItem(REMEMBERED);
  } catch {
    // A browser that keeps nothing has been told of already.
  }
}
