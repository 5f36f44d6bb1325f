/** Strata for web pages (`strata/browser`): machines in workers, and an element that shows one. */

export type { DiskPlace, DiskStatus } from "../host/browser/disk/open-disk.ts";
export type { FileEntry } from "./file-entry.ts";
export type { MachineEvents } from "./machine-client.ts";
export { BrowserMachine, fetchGuest } from "./machine-client.ts";
export type {
  GuestManifest,
  MachineState,
  RegionText,
  StartOptions,
  Statistics,
  TechniqueName,
} from "./protocol.ts";
export { defineStrataMachine, StrataMachineElement } from "./strata-machine.ts";

import { defineStrataMachine } from "./strata-machine.ts";

defineStrataMachine();
