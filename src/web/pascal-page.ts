/** The tab for programs in Pascal. */

import { make } from "./elements.ts";

export function showPascal(element: HTMLElement): void {
  element.append(make("p", { text: "…" }));
}
