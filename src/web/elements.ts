/** Elements of a page, made in one expression. */

type Child = Node | string;

export interface ElementOptions {
  readonly class?: string;
  readonly id?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  options: ElementOptions = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (options.class) element.className = options.class;
  if (options.id) element.id = options.id;
  if (options.title) element.title = options.title;
  if (options.text !== undefined) element.textContent = options.text;
  for (const [key, value] of Object.entries(options.attributes ?? {})) element.setAttribute(key, value);
  for (const [event, listener] of Object.entries(options.on ?? {})) element.addEventListener(event, listener);
  element.append(...children);
  return element;
}

export function button(text: string, press: () => void, title = ""): HTMLButtonElement {
  return make("button", { text, title, attributes: { type: "button" }, on: { click: press } });
}

/** A choice of one of several, by name and value. */
export function choice<V extends string>(
  label: string,
  options: readonly (readonly [value: V, text: string])[],
  chosen: V,
  choose: (value: V) => void,
): HTMLLabelElement {
  const select = make("select", { on: { change: () => choose(select.value as V) } });
  for (const [value, text] of options)
    select.append(new Option(text, value, value === chosen, value === chosen));
  return make("label", { class: "choice" }, label, select);
}

/** Takes files that are dropped on an element. */
export function acceptDrops(target: HTMLElement, take: (files: readonly File[]) => void): void {
  const over = (isOver: boolean) => (event: Event) => {
    event.preventDefault();
    target.classList.toggle("dropping", isOver);
  };
  target.addEventListener("dragover", over(true));
  target.addEventListener("dragleave", over(false));
  target.addEventListener("drop", (event) => {
    over(false)(event);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

/** Has the browser save bytes as a file of the user's computer. */
export function saveAs(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = make("a", { attributes: { href: address, download: name } });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB"];
  let [value, unit] = [bytes / 1024, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
