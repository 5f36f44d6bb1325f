/**
 * The services of the p-machine: what it leaves to the machine around it. Each takes entries from the stack, the deepest first,
 * and may put one back. A file is given by the address of its variable. docs/pcode.md, "Services".
 */

export interface Service {
  readonly name: string;
  readonly takes: readonly string[];
  readonly gives: 0 | 1;
}

const service = (name: string, takes: string, gives: 0 | 1 = 0): Service => ({
  name,
  takes: takes === "" ? [] : takes.split(" "),
  gives,
});

/** By number. */
export const services: readonly Service[] = [
  service("bind", "file position"),
  service("open", "file kind size"),
  service("close", "file"),
  service("reset", "file"),
  service("rewrite", "file"),
  service("get", "file"),
  service("put", "file"),
  service("buffer", "file", 1),
  service("eof", "file", 1),
  service("eoln", "file", 1),
  service("readChar", "file", 1),
  service("readInteger", "file", 1),
  service("readReal", "file", 1),
  service("readLine", "file"),
  service("writeChar", "file value width"),
  service("writeInteger", "file value width"),
  service("writeBoolean", "file value width"),
  service("writeReal", "file value width"),
  service("writeFixed", "file value width digits"),
  service("writeString", "file address length width"),
  service("writeLine", "file"),
  service("page", "file"),
  service("new", "size", 1),
  service("dispose", "pointer size"),
  service("move", "to from length"),
  service("fill", "address words"),
  service("compare", "address other length", 1),
  service("equalSets", "set other", 1),
  service("inclusion", "set other", 1),
  service("includeRange", "set low high"),
  service("sin", "x", 1),
  service("cos", "x", 1),
  service("exp", "x", 1),
  service("ln", "x", 1),
  service("arctan", "x", 1),
  service("halt", "status"),
  service("pack", "unpacked packed count kinds"),
  service("unpack", "packed unpacked count kinds"),
  // Strings of varying length: a byte for the length, then the characters.
  service("assignString", "to capacity string"),
  service("appendString", "to capacity string"),
  service("makeString", "to capacity address length"),
  service("copyPart", "to string index count"),
  service("insertString", "to capacity string index"),
  service("deletePart", "to capacity index count"),
  service("compareShort", "string other", 1),
  service("position", "part string", 1),
  service("formatInteger", "to capacity value width"),
  service("formatReal", "to capacity value width digits"),
  service("parseInteger", "string", 1),
  service("parseReal", "string", 1),
  service("integerCode", "string", 1),
  service("realCode", "string", 1),
  service("readShort", "file to capacity"),
  service("writeShort", "file string width"),
];

const numbers = new Map(services.map(({ name }, number) => [name, number]));

/** The number of a service; undefined where there is none of that name. */
export function serviceNumber(name: string): number | undefined {
  return numbers.get(name);
}
