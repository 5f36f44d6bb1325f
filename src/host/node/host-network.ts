/** This system's network for guest programs: streams, listeners and datagrams by Node. */

import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { createServer, type Server, Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { ErrnoName, Failure } from "../../base/errno.ts";
import type {
  HostAddress,
  HostConnection,
  HostDatagrams,
  HostListener,
  HostNetwork,
} from "../../linux/platform.ts";
import { hostBytes, hostText } from "./internet-address.ts";
import { errnoOf, NodeChannel } from "./node-channel.ts";

/** Datagrams and connections that wait. */
const MOST_WAITING = 1024;
const NOWHERE: HostAddress = { host: "\0\0\0\0", port: 0 };

interface Closable {
  close(resets: boolean): void;
}

class NodeConnection extends NodeChannel implements HostConnection {
  isOpen = false;
  local = NOWHERE;
  remote = NOWHERE;
  readonly #socket: Socket;

  constructor(socket: Socket, gone: () => void) {
    super(socket, gone);
    this.#socket = socket;
    socket.on("connect", () => this.#opened());
    if (!socket.connecting && socket.remoteAddress !== undefined) this.#opened();
  }

  #opened(): void {
    const {
      localAddress = "0.0.0.0",
      localPort = 0,
      remoteAddress = "0.0.0.0",
      remotePort = 0,
    } = this.#socket;
    this.local = { host: hostBytes(localAddress), port: localPort };
    this.remote = { host: hostBytes(remoteAddress), port: remotePort };
    this.isOpen = true;
    this.changed();
  }

  /** What was sent still goes out, unless it resets. */
  override close(resets: boolean): void {
    this.changed = () => {};
    if (resets || this.available > 0) this.#socket.resetAndDestroy();
    else {
      this.#socket.resume();
      this.#socket.destroySoon();
    }
  }
}

class NodeListener implements HostListener {
  changed: () => void = () => {};
  state: "opening" | "open" | Failure = "opening";
  readonly #server: Server;
  readonly #waiting: NodeConnection[] = [];

  constructor(
    at: HostAddress,
    options: { readonly backlog: number; readonly ipv6Only: boolean },
    keep: (socket: Socket) => NodeConnection,
  ) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      if (this.#waiting.length >= MOST_WAITING) socket.destroy();
      else this.#waiting.push(keep(socket));
      this.changed();
    });
    this.#server.on("error", (error) => this.#set({ errno: errnoOf(error) }));
    this.#server.listen({ ...options, host: hostText(at.host), port: at.port, exclusive: true }, () =>
      this.#set("open"),
    );
  }

  #set(state: "open" | Failure): void {
    this.state = state;
    this.changed();
  }

  accept(): NodeConnection | undefined {
    return this.#waiting.shift();
  }

  close(): void {
    this.changed = () => {};
    for (const connection of this.#waiting.splice(0)) connection.close(true);
    this.#server.close();
  }
}

class NodeDatagrams implements HostDatagrams {
  changed: () => void = () => {};
  error: ErrnoName | undefined;
  readonly #socket: DatagramSocket;
  readonly #waiting: { readonly bytes: Uint8Array; readonly from: HostAddress }[] = [];
  readonly #isNew: boolean;
  #isClosed = false;

  constructor(at: HostAddress, options: { readonly ipv6Only: boolean; readonly reuses: boolean }) {
    this.#isNew = at.host.length === 16;
    const type = this.#isNew ? "udp6" : "udp4";
    this.#socket = createSocket({ type, reuseAddr: options.reuses, ipv6Only: options.ipv6Only });
    this.#socket.on("message", (bytes, { address, port }) => {
      if (this.#waiting.length < MOST_WAITING) {
        this.#waiting.push({ bytes, from: { host: hostBytes(address), port } });
      }
      this.changed();
    });
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.bind({ address: hostText(at.host), port: at.port, exclusive: true });
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.error = errnoOf(error);
    this.changed();
    this.error = undefined;
  }

  receive() {
    return this.#waiting.shift();
  }

  send(from: Uint8Array, to: HostAddress): void {
    const text = hostText(to.host);
    const address = this.#isNew && to.host.length === 4 ? `::ffff:${text}` : text;
    this.#socket.send(from.slice(), to.port, address, (error) => {
      if (error && !this.#isClosed) this.#fail(error);
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.changed = () => {};
    this.#socket.close();
  }
}

export interface NodeNetwork extends HostNetwork {
  /** Ends whatever programs have left open. */
  close(): void;
}

export function nodeNetwork(): NodeNetwork {
  const opened = new Set<Closable>();
  const keep = (socket: Socket): NodeConnection => {
    const connection: NodeConnection = new NodeConnection(socket, () => opened.delete(connection));
    opened.add(connection);
    return connection;
  };
  const track = <T extends { close(): void }>(resource: T): T => {
    opened.add(resource);
    return resource;
  };
  return {
    hosts: Object.values(networkInterfaces()).flatMap((list = []) =>
      list.map(({ address }) => hostBytes(address)),
    ),
    connect: ({ host, port }) => {
      const socket = new Socket({ allowHalfOpen: true });
      const connection = keep(socket);
      socket.connect({ host: hostText(host), port });
      return connection;
    },
    listen: (at, options) => track(new NodeListener(at, options, keep)),
    datagrams: (at, options) => track(new NodeDatagrams(at, options)),
    close: () => {
      for (const resource of opened) resource.close(false);
    },
  };
}
