import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readRange, serveFile } from "./serve-file.ts";

let folder: string;
let path: string;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-serve-"));
  path = join(folder, "file");
  server = createServer((request, response) => {
    void serveFile(request, response, request.url === "/file" ? path : join(folder, "none"));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => writeFile(path, "0123456789"));

async function get(headers: Record<string, string> = {}, method = "GET", name = "file") {
  const answer = await fetch(url + name, { headers, method });
  const { status } = answer;
  const [range, length] = ["content-range", "content-length"].map((header) => answer.headers.get(header));
  return { status, range, length, text: await answer.text(), headers: answer.headers };
}

test.each([
  [undefined, "all"],
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=2-", { start: 2, end: 10 }],
  ["bytes=3-100", { start: 3, end: 10 }],
  ["bytes=-4", { start: 6, end: 10 }],
  ["bytes=-40", { start: 0, end: 10 }],
  ["Bytes=1-2", { start: 1, end: 3 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-4", "all"],
  ["bytes=-", "all"],
  ["bytes=0-1,4-5", "all"],
  ["lines=0-1", "all"],
  ["bytes=a-b", "all"],
] as const)("range %s of ten bytes", (header, range) => {
  expect(readRange(header, 10)).toEqual(range);
});

test("of nothing there is no part", () => {
  expect([readRange("bytes=0-0", 0), readRange("bytes=-1", 0)]).toEqual(["unsatisfiable", "unsatisfiable"]);
});

test("sends the whole, a part, and the end", async () => {
  const whole = await get();
  expect(whole).toMatchObject({ status: 200, range: null, length: "10", text: "0123456789" });
  expect(whole.headers.get("accept-ranges")).toBe("bytes");
  expect(await get({ Range: "bytes=2-4" })).toMatchObject({
    status: 206,
    range: "bytes 2-4/10",
    length: "3",
    text: "234",
  });
  expect(await get({ Range: "bytes=-3" })).toMatchObject({ status: 206, range: "bytes 7-9/10", text: "789" });
});

test("says the size where a range lies outside", async () => {
  expect(await get({ Range: "bytes=10-20" })).toMatchObject({ status: 416, range: "bytes */10", text: "" });
});

test("sends a part of that version only which was asked for", async () => {
  const { headers } = await get();
  const range = { Range: "bytes=0-1" };
  const [tag, date] = [headers.get("etag") ?? "", headers.get("last-modified") ?? ""];
  expect(tag).toMatch(/^"[^"]+"$/);
  for (const condition of [tag, date]) {
    expect(await get({ ...range, "If-Range": condition })).toMatchObject({ status: 206, text: "01" });
  }
  await appendFile(path, "more");
  const changed = await get({ ...range, "If-Range": tag });
  expect(changed).toMatchObject({ status: 200, text: "0123456789more" });
  expect(changed.headers.get("etag")).not.toBe(tag);
  expect(await get({ ...range, "If-Range": `W/${tag}` })).toMatchObject({ status: 200 });
});

test("tells of the whole without sending it", async () => {
  expect(await get({ Range: "bytes=0-1" }, "HEAD")).toMatchObject({ status: 200, length: "10", text: "" });
});

test("knows no other methods, and no files that are not there", async () => {
  expect((await get({}, "POST")).status).toBe(405);
  expect((await get({}, "GET", "other")).status).toBe(404);
});

test("an empty file has no bytes", async () => {
  await writeFile(path, "");
  expect(await get()).toMatchObject({ status: 200, length: "0", text: "" });
});
