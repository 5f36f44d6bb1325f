/**
 * A profile in the format of V8 (`.cpuprofile`; Chrome DevTools Protocol, type Profiler.Profile), which Chrome, VS Code and
 * speedscope open.
 */

import type { CallNode, Profiler } from "./profiler.ts";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly hitCount: number;
  readonly children: readonly number[];
}

/** The file's text. Times are of the host while it ran the guest: what the guest slept is left out. */
export function cpuProfile({ root, samples }: Profiler): string {
  const hits = new Map<CallNode, number>();
  for (const { node } of samples) hits.set(node, (hits.get(node) ?? 0) + 1);
  const nodes: ProfileNode[] = [];
  const list = (node: CallNode): void => {
    const children = [...node.callees.values()];
    nodes.push({
      id: node.id,
      callFrame: { functionName: node.name, scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 },
      hitCount: hits.get(node) ?? 0,
      children: children.map(({ id }) => id),
    });
    for (const child of children) list(child);
  };
  list(root);
  const took = samples.map((sample) => Math.round(1000 * sample.took));
  return JSON.stringify({
    nodes,
    startTime: 0,
    endTime: took.reduce((sum, time) => sum + time, 0),
    samples: samples.map(({ node }) => node.id),
    // A sample stands for the time after it; ours for the one before.
    timeDeltas: took.map((_, index) => (index === 0 ? 0 : (took[index - 1] ?? 0))),
  });
}
