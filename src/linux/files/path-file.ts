/** A file that was opened with O_PATH: it stands for a place, and can do nothing else. */

import type { Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import type { Place } from "../fs/place.ts";
import { OpenFile } from "./open-file.ts";

export class PathFile extends OpenFile {
  readonly name: string;
  readonly #place: Place;

  constructor(place: Place, flags: number) {
    super(flags, place);
    this.name = place.name;
    this.#place = place;
  }

  attributes(): Outcome<Attributes> {
    return this.#place.node.attributes();
  }
}
