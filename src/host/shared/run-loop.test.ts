import { describe, expect, test } from "vitest";
import type { RunStatus } from "../../boards/virt/machine.ts";
import { RunLoop } from "./run-loop.ts";

/** A machine that says what the list says, then powers off. */
function scripted(...statuses: (RunStatus | (() => RunStatus))[]) {
  const asked: number[] = [];
  return {
    asked,
    run(maxSteps: number): RunStatus {
      asked.push(maxSteps);
      const next = statuses.shift() ?? powerOff;
      return typeof next === "function" ? next() : next;
    },
  };
}

const running: RunStatus = { kind: "running" };
const waiting: RunStatus = { kind: "idle", nanoseconds: undefined };
const powerOff: RunStatus = { kind: "stopped", event: { kind: "power-off", code: 0 } };

describe("RunLoop", () => {
  test("runs to the end, and lets others have their turn between slices", async () => {
    const turns: string[] = [];
    const slice = () => {
      turns.push("slice");
      setImmediate(() => turns.push("other"));
      return running;
    };
    const ending = await new RunLoop(scripted(slice, slice)).run();
    expect(ending).toEqual({ kind: "power-off", code: 0 });
    expect(turns).toEqual(["slice", "other", "slice", "other"]);
  });

  test("adapts the steps of a slice to the machine's speed", async () => {
    let now = 0;
    const took = (milliseconds: number) => () => {
      now += milliseconds;
      return running;
    };
    const machine = scripted(took(4), took(8), took(8), took(800), took(0));
    await new RunLoop(machine, { slice: 8, now: () => now }).run();
    expect(machine.asked).toEqual([100_000, 200_000, 200_000, 200_000, 50_000, 200_000]);
  });

  test("sleeps until the guest's timer is due, without asking the machine meanwhile", async () => {
    const machine = scripted({ kind: "idle", nanoseconds: 50e6 });
    const start = performance.now();
    await new RunLoop(machine).run();
    expect(performance.now() - start).toBeGreaterThan(45);
    expect(machine.asked).toHaveLength(2);
  });

  test("wakes on input", async () => {
    const loop = new RunLoop(scripted(waiting));
    setTimeout(() => loop.wake(), 20);
    expect(await loop.run()).toEqual({ kind: "power-off", code: 0 });
  });

  test("ends at the limit of time: of a busy guest, and of one that waits", async () => {
    const busy = new RunLoop({ run: () => running }, { timeout: 30 });
    expect(await busy.run()).toEqual({ kind: "timeout" });
    const idle = new RunLoop({ run: () => waiting }, { timeout: 30 });
    expect(await idle.run()).toEqual({ kind: "timeout" });
  });

  test("stands still while held", async () => {
    const machine = scripted(running);
    const loop = new RunLoop(machine);
    loop.hold();
    setTimeout(() => {
      machine.asked.push(-1);
      loop.resume();
    }, 20);
    await loop.run();
    expect(machine.asked).toEqual([-1, 100_000, expect.any(Number)]);
  });

  test("can be stopped, and passes on what the machine throws", async () => {
    const loop = new RunLoop(scripted(waiting));
    setTimeout(() => loop.stop(), 10);
    expect(await loop.run()).toEqual({ kind: "stopped" });
    const broken = new RunLoop({
      run: () => {
        throw new Error("broken");
      },
    });
    await expect(broken.run()).rejects.toThrow("broken");
  });
});
