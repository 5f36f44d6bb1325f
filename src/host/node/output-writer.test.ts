import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { OutputWriter } from "./output-writer.ts";

/** A stream whose reader takes something only when told, or fails. */
function slow() {
  const takes: ((error?: Error) => void)[] = [];
  const taken: string[] = [];
  const stream = new Writable({
    highWaterMark: 8,
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      takes.push(done);
    },
  });
  return { stream, taken, take: (error?: Error) => takes.shift()?.(error) };
}

function logging() {
  const log: string[] = [];
  const note = (what: string) => () => log.push(what);
  return { log, hold: note("hold"), resume: note("resume"), broken: note("broken") };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

test("holds the guest while the stream is full, once, and copies what it got", async () => {
  const { stream, taken, take } = slow();
  const ports = logging();
  const writer = new OutputWriter(stream, ports);
  const bytes = Buffer.from("12345");
  writer.write(bytes);
  bytes.fill(0);
  writer.write(Buffer.from("6789"));
  writer.write(Buffer.from("more"));
  expect(ports.log).toEqual(["hold"]);
  let flushed = false;
  const end = writer.flush().then(() => {
    flushed = true;
  });
  for (let count = 0; count < 3; count++) {
    take();
    await turn();
  }
  expect(flushed).toBe(false);
  take();
  await end;
  expect([taken.join(""), ports.log]).toEqual(["123456789more", ["hold", "resume"]]);
});

test("throws away what nobody reads", async () => {
  const { stream, take } = slow();
  const ports = logging();
  const writer = new OutputWriter(stream, ports);
  writer.write(Buffer.from("1234567890"));
  take(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await turn();
  writer.write(Buffer.from("more"));
  await writer.flush();
  expect(ports.log).toEqual(["hold", "resume", "broken"]);
});
