/** The page's side of a machine that runs in a worker. */

import type { DiskPlace, DiskStatus } from "../host/browser/disk/open-disk.ts";
import type { RemoteFile } from "../host/browser/fetch-file.ts";
import type { FileEntry } from "./file-entry.ts";
import type {
  FromMachine,
  GuestManifest,
  MachineState,
  Question,
  RegionText,
  StartOptions,
  Statistics,
  TechniqueName,
  ToMachine,
} from "./protocol.ts";

/** What a machine tells; all of it may be left out. */
export interface MachineEvents {
  state?(state: MachineState, message: string | undefined): void;
  progress?(url: string, done: number, total: number): void;
  /** Bytes for the terminal; `shown` is to be called once they are on the screen. */
  output?(bytes: Uint8Array, shown: () => void): void;
  notice?(text: string): void;
  files?(entries: readonly FileEntry[], isKept: boolean): void;
  /** What is kept of the machine's disk; undefined: it has none. */
  disk?(status: DiskStatus | undefined): void;
  statistics?(statistics: Statistics): void;
}

export class BrowserMachine {
  readonly #worker: Worker;
  readonly #events: MachineEvents;
  readonly #waiting = new Map<number, (answer: Extract<FromMachine, { kind: "answer" }>) => void>();
  #next = 0;
  #state: MachineState = "stopped";

  constructor(events: MachineEvents = {}) {
    this.#events = events;
    this.#worker = new Worker(new URL("./machine-worker.ts", import.meta.url), {
      type: "module",
      name: "machine",
    });
    this.#worker.onmessage = ({ data }: MessageEvent<FromMachine>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#setState("failed", `Strata failed: ${event.message || "its worker cannot be started"}`);
    };
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Boots; what goes wrong is told by the state. */
  start(options: StartOptions): void {
    this.#send({ kind: "start", options });
  }

  /** What is typed at the terminal. */
  input(bytes: Uint8Array): void {
    this.#send({ kind: "input", bytes });
  }

  resize(columns: number, rows: number): void {
    this.#send({ kind: "resize", columns, rows });
  }

  pause(): void {
    this.#send({ kind: "pause" });
  }

  resume(): void {
    this.#send({ kind: "resume" });
  }

  /** Boots anew; a machine that is off is switched on. */
  reset(): void {
    this.#send({ kind: "reset" });
  }

  powerOff(): void {
    this.#send({ kind: "power-off" });
  }

  setTechnique(technique: TechniqueName): void {
    this.#send({ kind: "technique", technique });
  }

  /** Asks for statistics four times a second. */
  watch(isOn: boolean): void {
    this.#send({ kind: "watch", isOn });
  }

  /** The contents of a file of the guest's directory /mnt; rejects where there is none. */
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask({ kind: "get-file", path }) as Promise<Uint8Array<ArrayBuffer>>;
  }

  async writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#ask({ kind: "put-file", path, bytes });
  }

  async removeFile(path: string): Promise<void> {
    await this.#ask({ kind: "remove-file", path });
  }

  /** The region that begins at an address of the statistics; undefined where it is gone. */
  regionText(start: string): Promise<RegionText | undefined> {
    return this.#ask({ kind: "region", start }) as Promise<RegionText | undefined>;
  }

  /** Throws away what the guest wrote to a disk, and what was fetched of it; a machine that runs is switched off before. */
  async resetDisk(disk: DiskPlace): Promise<void> {
    await this.#ask({ kind: "reset-disk", disk });
  }

  /** Ends the worker. */
  close(): void {
    this.#worker.terminate();
  }

  #ask(question: Question): Promise<unknown> {
    const id = this.#next++;
    this.#send({ kind: "ask", id, question });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, error }) => {
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      });
    });
  }

  #send(message: ToMachine): void {
    this.#worker.postMessage(message);
  }

  #setState(state: MachineState, message?: string): void {
    this.#state = state;
    this.#events.state?.(state, message);
  }

  #hear(message: FromMachine): void {
    switch (message.kind) {
      case "state":
        this.#setState(message.state, message.message);
        break;
      case "progress":
        this.#events.progress?.(message.url, message.done, message.total);
        break;
      case "output": {
        const { bytes } = message;
        const shown = () => this.#send({ kind: "shown", count: bytes.length });
        if (this.#events.output) this.#events.output(bytes, shown);
        else shown();
        break;
      }
      case "notice":
        this.#events.notice?.(message.text);
        break;
      case "disk":
        this.#events.disk?.(message.status);
        break;
      case "files":
        this.#events.files?.(message.entries, message.isKept);
        break;
      case "statistics":
        this.#events.statistics?.(message.statistics);
        break;
      case "answer":
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
    }
  }
}

/** What to boot, as the server says beside the page. Throws Error in words for people. */
export async function fetchGuest(url = "guest/guest.json"): Promise<GuestManifest> {
  const answer = await fetch(new URL(url, document.baseURI)).catch(() => undefined);
  if (!answer?.ok) throw new Error(`There is no guest to boot: the server has no ${url}`);
  const guest = (await answer.json()) as GuestManifest;
  const absolute = (file: RemoteFile): RemoteFile => ({ ...file, url: new URL(file.url, answer.url).href });
  const { kernel, initrd, busybox, diskDrivers, disks = [] } = guest;
  return {
    ...guest,
    kernel: absolute(kernel),
    initrd: absolute(initrd),
    ...(busybox ? { busybox: absolute(busybox) } : {}),
    ...(diskDrivers ? { diskDrivers: absolute(diskDrivers) } : {}),
    disks: disks.map(({ name, url: place }) => ({ name, url: new URL(place, answer.url).href })),
  };
}
