/** Addresses of the internet as Node writes them, and as bytes, a character each (inet_pton(3)). */

/** The bytes of an address that Node gave: 4, or 16 for IPv6; an IPv4 address in an IPv6 one is its 4. */
export function hostBytes(text: string): string {
  const address = text.replace(/%.*$/, "");
  if (!address.includes(":")) return ipv4Bytes(address);
  const [head = "", tail] = address.split("::");
  const before = groupBytes(head);
  const after = tail === undefined ? "" : groupBytes(tail);
  const bytes = before + "\0".repeat(Math.max(0, 16 - before.length - after.length)) + after;
  return bytes.startsWith(MAPPED) ? bytes.slice(MAPPED.length) : bytes;
}

const MAPPED = `${"\0".repeat(10)}\xff\xff`;

const ipv4Bytes = (text: string): string => String.fromCharCode(...text.split(".").map(Number));

function groupBytes(text: string): string {
  if (text === "") return "";
  return text
    .split(":")
    .map((group) => {
      if (group.includes(".")) return ipv4Bytes(group);
      const value = Number.parseInt(group, 16);
      return String.fromCharCode(value >> 8, value & 0xff);
    })
    .join("");
}

/** An address as Node takes it. */
export function hostText(bytes: string): string {
  const numbers = Array.from(bytes, (character) => character.charCodeAt(0));
  if (numbers.length === 4) return numbers.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((numbers[2 * index] ?? 0) << 8) | (numbers[2 * index + 1] ?? 0)).toString(16),
  );
  return groups.join(":");
}
