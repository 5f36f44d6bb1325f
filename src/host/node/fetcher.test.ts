import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { collect } from "../../formats/byte-reader.ts";
import { HttpFetcher } from "./fetcher.ts";

let server: Server;
let base = "";

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === "/silent") return;
    if (request.url === "/stops")
      return void response.writeHead(200, { "Content-Length": "10" }).write("abc");
    if (request.url === "/absent") return void response.writeHead(404).end("no");
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from > 0) response.writeHead(206, { "Content-Range": `bytes ${from}-9/10` });
    response.end("0123456789".slice(from));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const text = async (body: AsyncIterable<Uint8Array>) => fromUtf8((await collect(body, 100)) ?? utf8("?"));

test("gets files, and the rest of files", async () => {
  const fetcher = new HttpFetcher();
  const whole = await fetcher.fetch(`${base}/file`, 0);
  expect([whole.status, whole.from, await text(whole.body)]).toEqual([200, 0, "0123456789"]);
  const rest = await fetcher.fetch(`${base}/file`, 7);
  expect([rest.status, rest.from, await text(rest.body)]).toEqual([206, 7, "789"]);
  const absent = await fetcher.fetch(`${base}/absent`, 0);
  expect(absent.status).toBe(404);
  await absent.cancel();
});

test("gives up on silence, and on who is not there", async () => {
  const fetcher = new HttpFetcher(100);
  await expect(fetcher.fetch(`${base}/silent`, 0)).rejects.toThrow("no answer for 0.1 s");
  const { body } = await fetcher.fetch(`${base}/stops`, 0);
  await expect(text(body)).rejects.toThrow("no answer for 0.1 s");
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as AddressInfo;
  await new Promise((done) => other.close(done));
  await expect(fetcher.fetch(`http://127.0.0.1:${port}`, 0)).rejects.toThrow("ECONNREFUSED");
});
