import { expect, test } from "vitest";
import { exitStatusHelp, outcomeOf, signalStatus } from "./exit-status.ts";

const interactive = { panicked: false, command: false };
const command = { panicked: false, command: true };

test("each end has its status", () => {
  expect(outcomeOf({ kind: "power-off", code: 0 }, interactive)).toEqual({ status: 0 });
  expect(outcomeOf({ kind: "stopped" }, interactive)).toEqual({ status: 0 });
  const others = [
    outcomeOf({ kind: "reset", code: 0 }, { ...command, panicked: true }),
    outcomeOf({ kind: "power-off", code: 0 }, { ...interactive, panicked: true }),
    outcomeOf({ kind: "reset", code: 0 }, command),
    outcomeOf({ kind: "fail", code: 3 }, command),
    outcomeOf({ kind: "power-off", code: 0 }, command),
    outcomeOf({ kind: "timeout" }, { ...command, timeout: 1.5 }),
  ];
  expect(others.map(({ status, message }) => `${status} ${message}`)).toEqual([
    "70 the guest's kernel panicked",
    "70 the guest's kernel panicked",
    "71 the guest asked for a reset",
    "72 the guest failed with code 3",
    "73 the guest powered off before the command ended",
    "124 the guest was stopped after 1.5 s (--timeout)",
  ]);
  for (const { status } of others) expect(exitStatusHelp).toContain(`\n  ${status} `);
});

test("signals count as for a shell", () => {
  expect([signalStatus("SIGINT"), signalStatus("SIGTERM"), signalStatus("SIGHUP")]).toEqual([130, 143, 129]);
});
