/** The worker that a machine runs in: see `protocol.ts`. */

import { concatBytes, fromUtf8, utf8 } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";
import { Machine } from "../boards/virt/machine.ts";
import { TICKS_PER_SECOND } from "../boards/virt/memory-map.ts";
import type { Technique } from "../engine/technique.ts";
import { type DiskPlace, type OpenDisk, openDisk, resetDisk } from "../host/browser/disk/open-disk.ts";
import { fetchFile, type Progress } from "../host/browser/fetch-file.ts";
import { browserClock, browserEntropy, browserTicks, messageTurns } from "../host/browser/ports.ts";
import { BrowserCompiler } from "../host/browser/worker-compiler.ts";
import { RunLoop } from "../host/shared/run-loop.ts";
import { FuseFileServer } from "../machine/fuse/fuse-file-server.ts";
import { GuestFiles } from "./guest-files.ts";
import { MachineWatch } from "./machine-watch.ts";
import type { FromMachine, Question, StartOptions, TechniqueName, ToMachine } from "./protocol.ts";

/** Bytes of output that the page has not shown yet, from which on the guest waits. */
const MOST_UNSHOWN = 1 << 19;
/** Seconds that a guest waits for the terminal, from which on the user is told. */
const LONG_HOLD = 3;
/** The tag of the guest's directory: it is mounted at /mnt. */
const TAG = "files";
const WATCH_INTERVAL = 250;
/** The port on which the guest says how it uses its memory, and how often it is asked, in milliseconds. */
const MEMORY_PORT = "strata.memory";
const MEMORY_INTERVAL = 2000;

const send = (message: FromMachine): void => self.postMessage(message);

class MachineWorker {
  #options: StartOptions | undefined;
  #technique: TechniqueName = "dynamic";
  #files: GuestFiles | undefined;
  #disk: OpenDisk | undefined;
  /** Settled when what was started has ended. */
  #running: Promise<void> = Promise.resolve();
  #machine: Machine | undefined;
  #loop: RunLoop | undefined;
  #watch: MachineWatch | undefined;
  #isWatched = false;
  #isPaused = false;
  #isLoading = false;
  #wantsReset = false;
  #unshown = 0;
  #isHeld = false;
  #heldAt = 0;
  readonly #turns = messageTurns();
  readonly #compiler = new BrowserCompiler(
    new Worker(new URL("./compile-worker.ts", import.meta.url), { type: "module", name: "compiler" }),
  );

  constructor() {
    setInterval(() => this.#sendStatistics(), WATCH_INTERVAL);
    setInterval(() => this.#askForMemory(), MEMORY_INTERVAL);
  }

  async start(options: StartOptions): Promise<void> {
    this.#options = options;
    this.#technique = options.technique;
    send({ kind: "state", state: "loading" });
    this.#isLoading = true;
    try {
      this.#files ??= await GuestFiles.open(options.files, {
        changed: (entries, isKept) => send({ kind: "files", entries, isKept }),
        notice: (text) => send({ kind: "notice", text }),
      });
      const progress = (url: string, done: number, total: number) =>
        send({ kind: "progress", url, done, total });
      const guest = await fetchGuestFiles(options, progress);
      this.#disk = await this.#openDisk(options.disk);
      this.#isLoading = false;
      do {
        this.#wantsReset = false;
        await this.#run(guest, options, this.#files);
      } while (this.#wantsReset);
      this.#closeDisk();
      send({ kind: "state", state: "stopped" });
    } catch (error) {
      this.#isLoading = false;
      this.#closeDisk();
      const message = error instanceof Error ? error.message : String(error);
      send({
        kind: "state",
        state: "failed",
        message: error instanceof InputError ? message : `Strata failed: ${message}`,
      });
    }
  }

  /** One machine from power-on to its end. */
  async #run(
    guest: Parameters<Machine["boot"]>[0],
    { memoryBytes }: StartOptions,
    files: GuestFiles,
  ): Promise<void> {
    const machine = new Machine({
      memoryBytes,
      disks: this.#disk ? [this.#disk.disk] : [],
      wake: () => this.#loop?.wake(),
      shares: [{ tag: TAG, server: new FuseFileServer(files.tree) }],
      consoleOutput: (bytes) => this.#output(bytes),
      consolePorts: [{ name: MEMORY_PORT, output: (bytes) => this.#watch?.guestSaid(fromUtf8(bytes)) }],
      deviceWrites: (address, length) => this.#watch?.deviceWrote(address, length),
      serialOutput: (bytes) => this.#output(bytes),
      wallClock: browserClock,
      entropy: browserEntropy,
      time: browserTicks(TICKS_PER_SECOND),
      technique: this.#how(this.#technique),
      profiler: {
        begin: () => {},
        end: (hart, steps) => this.#watch?.ran(hart, steps),
      },
    });
    machine.boot(guest);
    this.#machine = machine;
    this.#watch = new MachineWatch(machine);
    this.#loop = new RunLoop(machine, { soon: this.#turns });
    if (this.#isPaused) this.#loop.hold();
    send({ kind: "state", state: this.#isPaused ? "paused" : "running" });
    const ending = await this.#loop.run();
    await files.save();
    this.#machine = undefined;
    if (ending.kind === "reset") this.#wantsReset = true;
  }

  async #openDisk(place: DiskPlace | undefined): Promise<OpenDisk | undefined> {
    if (!place) return undefined;
    const changed = () => send({ kind: "disk", status: this.#disk?.status });
    const disk = await openDisk(place, { notice: (text) => send({ kind: "notice", text }), changed });
    send({ kind: "disk", status: disk.status });
    return disk;
  }

  #closeDisk(): void {
    this.#disk?.close();
    this.#disk = undefined;
    send({ kind: "disk", status: undefined });
  }

  /** Throws away what is kept of a disk; a machine that runs is switched off. */
  async #resetDisk(place: DiskPlace): Promise<void> {
    if (this.#isLoading) throw new InputError("Cannot reset the disk: the machine is just being started");
    this.#wantsReset = false;
    this.#loop?.stop();
    await this.#running;
    await resetDisk(place);
  }

  #how(technique: TechniqueName): Technique {
    return technique === "dynamic" ? { compiler: this.#compiler } : technique;
  }

  #output(bytes: Uint8Array): void {
    const copy = bytes.slice() as Uint8Array<ArrayBuffer>;
    this.#unshown += copy.length;
    if (this.#unshown > MOST_UNSHOWN && !this.#isHeld) {
      this.#isHeld = true;
      this.#heldAt = performance.now();
      this.#loop?.hold();
    }
    self.postMessage({ kind: "output", bytes: copy } satisfies FromMachine, { transfer: [copy.buffer] });
  }

  #shown(count: number): void {
    this.#unshown -= count;
    if (!this.#isHeld || this.#unshown > MOST_UNSHOWN / 2) return;
    this.#isHeld = false;
    this.#loop?.resume();
    const seconds = (performance.now() - this.#heldAt) / 1000;
    if (seconds > LONG_HOLD) {
      const text = `The guest waited ${seconds.toFixed(0)} s until the terminal had shown what it wrote: browsers slow down pages in the background.`;
      send({ kind: "notice", text });
    }
  }

  #sendStatistics(): void {
    if (!this.#isWatched || !this.#watch || !this.#machine) return;
    send({ kind: "statistics", statistics: this.#watch.statistics(this.#technique) });
  }

  /** Only where the guest listens: what it does not read would stay for later. */
  #askForMemory(): void {
    if (!this.#isWatched || !this.#machine?.console.isOpen(1)) return;
    this.#machine.console.input(1, utf8("\n"));
    this.#loop?.wake();
  }

  hear(message: ToMachine): void {
    switch (message.kind) {
      case "start":
        this.#running = this.start(message.options);
        break;
      case "input":
        this.#machine?.console.input(0, message.bytes);
        this.#loop?.wake();
        break;
      case "shown":
        this.#shown(message.count);
        break;
      case "resize":
        this.#machine?.console.resize(message.columns, message.rows);
        this.#loop?.wake();
        break;
      case "pause":
        if (!this.#isPaused) this.#loop?.hold();
        this.#isPaused = true;
        send({ kind: "state", state: "paused" });
        break;
      case "resume":
        if (this.#isPaused) this.#loop?.resume();
        this.#isPaused = false;
        send({ kind: "state", state: "running" });
        break;
      case "reset":
        this.#wantsReset = true;
        if (this.#machine) this.#loop?.stop();
        else if (this.#options) this.#running = this.start(this.#options);
        break;
      case "power-off":
        this.#loop?.stop();
        break;
      case "technique":
        this.#technique = message.technique;
        this.#machine?.setTechnique(this.#how(message.technique));
        this.#watch?.forgetRegions();
        break;
      case "watch":
        this.#isWatched = message.isOn;
        break;
      case "ask":
        void this.#answer(message.id, message.question);
    }
  }

  async #answer(id: number, question: Question): Promise<void> {
    try {
      send({ kind: "answer", id, value: await this.#ask(question) });
    } catch (error) {
      send({ kind: "answer", id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #ask(question: Question): Promise<unknown> {
    if (question.kind === "reset-disk") return this.#resetDisk(question.disk);
    const files = this.#files;
    if (!files) throw new InputError("The machine was not started yet");
    switch (question.kind) {
      case "get-file":
        return files.read(question.path);
      case "put-file":
        return files.write(question.path, question.bytes);
      case "remove-file":
        return files.remove(question.path);
      case "region":
        return this.#watch?.regionText(question.start);
    }
  }
}

/** What a machine boots, with what it needs for a disk where it has one. */
async function fetchGuestFiles(
  { guest: { kernel, initrd, diskDrivers, commandLine }, disk }: StartOptions,
  progress: Progress,
): Promise<Parameters<Machine["boot"]>[0]> {
  if (disk && !diskDrivers) throw new InputError("Cannot use a disk: this guest has no drivers for disks");
  const files = [kernel, initrd, ...(disk && diskDrivers ? [diskDrivers] : [])];
  const [kernelBytes = new Uint8Array(0), ...archives] = await Promise.all(
    files.map((file) => fetchFile(file, progress)),
  );
  return {
    kernel: kernelBytes,
    kernelName: kernel.url,
    initrd: concatBytes(archives),
    commandLine: `${commandLine} strata.share=${TAG} strata.memory=${MEMORY_PORT}`,
  };
}

const worker = new MachineWorker();
self.onmessage = ({ data }: MessageEvent<ToMachine>) => worker.hear(data);
