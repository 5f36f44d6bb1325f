/** The sections of a module (WebAssembly core specification, section 5.5.2). */

import { concatBytes } from "../base/bytes.ts";

const HEADER_BYTES = 8;
const CUSTOM = 0;

export interface Section {
  readonly id: number;
  /** With its id and size. */
  readonly bytes: Uint8Array;
  /** Where its contents begin in `bytes`. */
  readonly contents: number;
}

/** The sections of a well-formed module, in order. */
function* sectionsOf(module: Uint8Array): Generator<Section> {
  for (let at = HEADER_BYTES; at < module.length; ) {
    let [size, contents] = [0, at + 1];
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = module[contents++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
    }
    const end = contents + size;
    yield { id: module[at] ?? 0, bytes: module.subarray(at, end), contents: contents - at };
    at = end;
  }
}

/** A module without its custom sections, but for those that are to be kept. */
export function withoutCustomSections(
  module: Uint8Array,
  keep: (section: Section) => boolean = () => false,
): Uint8Array<ArrayBuffer> {
  const kept = [...sectionsOf(module)].filter((section) => section.id !== CUSTOM || keep(section));
  return concatBytes([module.subarray(0, HEADER_BYTES), ...kept.map(({ bytes }) => bytes)]);
}
