/** A map of guest memory: a point for each part, a line for each kind, and what Linux itself says. */

import { bytesText, make } from "./elements.ts";
import { memoryKinds, type Statistics } from "./protocol.ts";

const COLUMNS = 128;
const CHANGED = 0x80;

/** For each kind of memory. */
const COLOURS = [
  { light: "#e4e4dd", dark: "#1d242d" },
  { light: "#8fb8de", dark: "#3f6c98" },
  { light: "#c9b6e4", dark: "#6d5a94" },
  { light: "#8a8f98", dark: "#7b8591" },
  { light: "#7fc8a9", dark: "#2f8f6b" },
  { light: "#c8553d", dark: "#f28f6b" },
] as const;

/** What of /proc/meminfo is shown, in words. */
const SAID = [
  ["MemFree", "free"],
  ["Cached", "page cache"],
  ["AnonPages", "programs' own"],
  ["Slab", "the kernel's objects"],
] as const;

const dark = matchMedia("(prefers-color-scheme: dark)");
const colourOf = (kind: number): string => {
  const { light, dark: onDark } = COLOURS[kind] ?? COLOURS[0];
  return dark.matches ? onDark : light;
};

export class MemoryView {
  readonly element = make("div");
  readonly #map = make("canvas", {
    class: "map",
    id: "memory-map",
    attributes: { role: "img", "aria-label": "Guest memory" },
  });
  readonly #marks = memoryKinds.map(() =>
    make("canvas", { attributes: { width: "12", height: "12", "aria-hidden": "true" } }),
  );
  readonly #amounts = memoryKinds.map((_, kind) => make("span", { attributes: { "data-kind": `${kind}` } }));
  readonly #said = make("p", { class: "said", id: "memory-said" });

  constructor() {
    const lines = memoryKinds.map((text, kind) =>
      make("li", {}, this.#marks[kind] ?? "", ` ${text} `, this.#amounts[kind] ?? ""),
    );
    const bright = "Brighter: seen to change in the last two seconds, by samples.";
    this.element.append(
      this.#map,
      make("ul", { class: "legend" }, ...lines),
      make("p", { class: "said", text: bright }),
      this.#said,
    );
    dark.addEventListener("change", () => this.#paintMarks());
    this.#paintMarks();
  }

  #paintMarks(): void {
    for (const [kind, mark] of this.#marks.entries()) {
      const context = mark.getContext("2d");
      if (!context) continue;
      context.fillStyle = colourOf(kind);
      context.fillRect(0, 0, 12, 12);
    }
  }

  show({ memory: { parts, bytes }, guestMemory }: Statistics): void {
    for (const [kind, amount] of this.#amounts.entries()) amount.textContent = bytesText(bytes[kind] ?? 0);
    const said = SAID.filter(([name]) => guestMemory[name] !== undefined);
    const words = said.map(([name, text]) => `${text} ${bytesText(guestMemory[name] ?? 0)}`);
    this.#said.textContent = words.length > 0 ? `Linux says: ${words.join(", ")}.` : "";
    this.#paint(parts);
  }

  #paint(parts: Uint8Array): void {
    const rows = Math.ceil(parts.length / COLUMNS);
    const context = this.#map.getContext("2d");
    if (!context) return;
    if (this.#map.height !== rows) [this.#map.width, this.#map.height] = [COLUMNS, rows];
    const colours = COLOURS.map((_, kind) => Number.parseInt(colourOf(kind).slice(1), 16));
    const image = context.createImageData(COLUMNS, rows);
    const pixels = new DataView(image.data.buffer);
    for (const [part, kind] of parts.entries()) {
      const colour = colours[kind & ~CHANGED] ?? 0;
      // Half way to white.
      const shown = kind & CHANGED ? ((colour >>> 1) & 0x7f7f7f) + 0x808080 : colour;
      pixels.setUint32(4 * part, ((shown << 8) | 0xff) >>> 0);
    }
    context.putImageData(image, 0, 0);
  }
}
