/** What the user should know: lines at the top of the page, each to be dismissed. */

import { button, make } from "./elements.ts";

export type NoticeKind = "info" | "error";

export function notify(text: string, kind: NoticeKind = "info"): void {
  const list = document.getElementById("notices");
  if (!list || [...list.children].some(({ firstChild }) => firstChild?.textContent === text)) return;
  const line = make(
    "div",
    { class: `notice ${kind}`, attributes: kind === "error" ? { role: "alert" } : {} },
    text,
  );
  const close = button("×", () => line.remove(), "Dismiss");
  close.setAttribute("aria-label", "Dismiss");
  line.append(close);
  list.append(line);
}

/** What this browser lacks that every machine needs; undefined where it has all. */
export function missingFeature(): string | undefined {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  // v128.const and its end: the smallest function with SIMD.
  const simd = Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 22, 1, 20, 0, 253, 12],
    ...new Array<number>(16).fill(0),
    11,
  );
  if (!WebAssembly.validate(simd)) return "WebAssembly with SIMD";
  if (typeof Worker !== "function") return "workers";
  if (typeof ResizeObserver !== "function") return "ResizeObserver";
  return undefined;
}

/** What this page cannot do because of how it came here, in words; nothing where it can do all. */
export function missingTrust(): string | undefined {
  if (!isSecureContext) {
    return "This page came neither over https nor from this computer: the browser keeps nothing for it, and what it fetches is not checked.";
  }
  if (!crossOriginIsolated) {
    return "This page is not isolated from others, as its server does not ask for it (COOP, COEP): clocks are coarser, and Pascal programs read a text instead of the keyboard.";
  }
  return undefined;
}
