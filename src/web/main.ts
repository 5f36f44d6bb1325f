/** The page: a tab for each kind of machine, made when it is first looked at. */

import { missingFeature, missingTrust, notify } from "./notices.ts";
import { styleByScript } from "./style-policy.ts";

type Show = (element: HTMLElement) => void;

const pages: Readonly<Record<string, () => Promise<Show>>> = {
  machine: async () => (await import("./machine-page.ts")).showMachine,
  program: async () => (await import("./program-page.ts")).showProgram,
  pascal: async () => (await import("./pascal-page.ts")).showPascal,
};

const shown = new Set<string>();
const tabs = [...document.querySelectorAll<HTMLButtonElement>("[role=tab]")];

async function select(tab: HTMLButtonElement): Promise<void> {
  const name = tab.getAttribute("aria-controls") ?? "machine";
  for (const each of tabs) {
    const isChosen = each === tab;
    each.setAttribute("aria-selected", String(isChosen));
    each.tabIndex = isChosen ? 0 : -1;
    const panel = document.getElementById(each.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !isChosen;
  }
  history.replaceState(null, "", `#${name}`);
  if (shown.has(name)) return;
  shown.add(name);
  const panel = document.getElementById(name);
  const show = await pages[name]?.();
  if (panel && show) show(panel);
}

/** Arrow keys go from tab to tab (ARIA Authoring Practices Guide, Tabs). */
function move(event: KeyboardEvent): void {
  const steps = { ArrowRight: 1, ArrowLeft: -1 } as const;
  const step = steps[event.key as keyof typeof steps];
  if (!step) return;
  const next =
    tabs[(tabs.indexOf(event.currentTarget as HTMLButtonElement) + step + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
}

/** A browser may stop a page in the background, with all its workers (Page Lifecycle): machines have stood still then. */
function tellOfStops(): void {
  let stopped = 0;
  document.addEventListener("freeze", () => {
    stopped = Date.now();
  });
  document.addEventListener("resume", () => {
    const seconds = Math.round((Date.now() - stopped) / 1000);
    notify(`The browser stopped this page in the background for ${seconds} s: its machines stood still.`);
  });
}

styleByScript();
const missing = missingFeature();
if (missing) notify(`This browser has no ${missing}: Strata cannot run here.`, "error");
else {
  const trust = missingTrust();
  if (trust) notify(trust);
  tellOfStops();
  for (const tab of tabs) {
    tab.addEventListener("click", () => void select(tab));
    tab.addEventListener("keydown", move);
  }
  const wanted = tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash) ?? tabs[0];
  if (wanted) void select(wanted);
}
