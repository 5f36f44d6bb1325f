import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { InputFeeder } from "./input-feeder.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test("passes everything on in order, as far as there is room, and ends behind it", async () => {
  const chunks = Array.from({ length: 50 }, (_, index) => Buffer.from(`chunk ${index};`));
  const stream = Readable.from(chunks, { objectMode: false });
  let [taken, room, ended] = ["", 0, false];
  const feeder = new InputFeeder(stream, {
    take: (bytes) => {
      const part = bytes.subarray(0, room);
      taken += Buffer.from(part).toString();
      room -= part.length;
      return part.length;
    },
    end: () => {
      ended = true;
    },
  });
  feeder.start();
  for (let round = 0; !ended && round < 1000; round++) {
    await turn();
    expect(stream.isPaused()).toBe(true);
    room = 7;
    feeder.offer();
    if (round === 10) await turn();
  }
  expect(taken).toBe(Buffer.concat(chunks).toString());
});

test("ends a stream that fails, after what came before", async () => {
  const events: string[] = [];
  const stream = new Readable({ read() {} });
  new InputFeeder(stream, {
    take: (bytes) => events.push(Buffer.from(bytes).toString()) * bytes.length,
    end: () => events.push("end"),
    filter: (bytes) => bytes.subarray(1),
  }).start();
  stream.push("xabc");
  await turn();
  stream.destroy(new Error("EIO"));
  await turn();
  expect(events).toEqual(["abc", "end"]);
});
