/** One spelling for what two disassemblers write differently. */

const spellings: readonly [pattern: RegExp, replacement: string][] = [
  // objdump adds comments, and to targets their symbols; targets lack the prefix 0x.
  [/\s*#.*$/, ""],
  [/([0-9a-f]+) <.*>$/, "0x$1"],
  [/\t/g, " "],
  [/,\s+/g, ","],
  // objdump leaves the dynamic rounding mode out, and that of conversions which cannot round.
  [/,dyn$/, ""],
  [/^(fcvt\.d\.(?:wu?|s) .*),rne$/, "$1"],
  // An empty set of a fence is reserved to objdump.
  [/\bunknown\b/g, "0"],
  // CSR instructions that only read or only write have a name of their own here.
  [/^csrrw zero,/, "csrw "],
  [/^csrrwi zero,/, "csrwi "],
  [/^csrrs (\w+),(\w+),zero$/, "csrr $1,$2"],
  // The registers that an encoding fixes, and shifts by 64 of RV128, which are hints here.
  [/^c\.addi16sp sp,/, "c.addi16sp "],
  [/^c\.(slli|srli|srai)64 (\w+)$/, "c.$1 $2,0"],
];

/** The text with differences of spelling taken out. */
export function canonicalText(text: string): string {
  const plain = spellings.reduce(
    (line, [pattern, replacement]) => line.replace(pattern, replacement),
    text.trim(),
  );
  return plain.replaceAll(/(?<![\w.])-?(?:0x[0-9a-f]+|\d+)\b/g, (number) => String(numberOf(number)));
}

function numberOf(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}
