/** `--network`: whom programs can talk to outside of their run. */

import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built, command, compilers } from "./support/programs.ts";

const program = `${built("riscv64")}/network`;

/** Runs the probe while this process goes on; what it printed. */
async function probe(
  network: "none" | "host",
  args: readonly string[],
  heard: (line: string) => void = () => {},
): Promise<string> {
  const child = spawn(process.execPath, [command, "exec", "--network", network, program, ...args]);
  let output = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    output += text;
    heard(output);
  });
  await once(child, "close");
  return output;
}

describe.skipIf(!compilers)("--network", () => {
  const sent = 3_000_000;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("data", () => {});
    // Some go without waiting for it.
    socket.on("error", () => {});
    socket.on("end", () => socket.end(new Uint8Array(sent)));
  });
  let port = 0;

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
  });

  test("host: connects, waiting or not, and gets all that is sent", async () => {
    expect(await probe("host", ["connect", `${port}`])).toBe(
      `connect(fd, (void *)&address, sizeof address) = 0\ntotal: ${sent}\n`,
    );
    expect(await probe("host", ["poll", `${port}`])).toMatch(/-1 EINPROGRESS\n.* = 1\n.*"connected"\n$/s);
  });

  test("host: hears of a port where nobody listens", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const unused = (other.address() as AddressInfo).port;
    other.close();
    expect(await probe("host", ["connect", `${unused}`])).toContain("= -1 ECONNREFUSED\n");
    expect(await probe("host", ["poll", `${unused}`])).toContain('"ECONNREFUSED"\n');
  });

  test("host: accepts connections", async () => {
    let reply = "";
    const done = probe("host", ["serve"], (output) => {
      const [, found] = /port (\d+)\n/.exec(output) ?? [];
      if (found === undefined || reply !== "") return;
      const socket = connect(Number(found), "127.0.0.1", () => socket.end("echo"));
      socket.on("data", (bytes: Uint8Array) => {
        reply += Buffer.from(bytes).toString();
      });
    });
    await done;
    expect(reply).toBe("echo");
  });

  test("host: exchanges datagrams", async () => {
    const socket = createSocket("udp4");
    socket.on("message", (bytes, from) => socket.send(`pong to ${bytes}`, from.port, from.address));
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const output = await probe("host", ["datagram", `${socket.address().port}`]);
    socket.close();
    expect(output).toContain('buffer: "pong to ping"\n');
    expect(output).toContain("== port: yes\n");
  });

  test("none: reaches nobody outside", async () => {
    expect(await probe("none", ["connect", `${port}`])).toContain("= -1 ECONNREFUSED\n");
    expect(await probe("none", ["connect", "80", "192.0.2.1"])).toContain("= -1 ENETUNREACH\n");
  });
});
