/** The tab with a Linux program as a process: see `machine-page.ts` for whole machines. */

import { make } from "./elements.ts";

export function showProgram(element: HTMLElement): void {
  element.append(make("p", { text: "…" }));
}
