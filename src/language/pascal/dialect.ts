/**
 * Which Pascal a text is in: that of ISO 7185, or that with what Turbo Pascal adds, as far as it is here: strings of varying
 * length, case statements with an else, parts of a block in any order, input and output without being named, "_" in identifiers.
 */
export type Dialect = "iso" | "turbo";
