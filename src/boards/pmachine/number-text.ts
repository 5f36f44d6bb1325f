/** Numbers as text files have them. ISO 7185, sections 6.9.3.2 to 6.9.3.4. */

/** Digits of an exponent. */
const EXPONENT_DIGITS = 3;

/** With blanks before it, at least so long. */
export function padded(text: string, width: number): string {
  return text.padStart(width);
}

/** Section 6.9.3.4.1: sign, digit, point, digits, exponent. */
export function floatingText(value: number, width: number): string {
  if (!Number.isFinite(value)) return padded(String(value), width);
  const places = Math.max(width, EXPONENT_DIGITS + 6) - EXPONENT_DIGITS - 5;
  // toExponential rounds exactly, for up to 100 digits.
  const shown = Math.min(places, 100);
  const [digits = "", exponent = "0"] = Math.abs(value).toExponential(shown).split("e");
  const power = Number(exponent);
  const sign = value < 0 ? "-" : " ";
  const powerDigits = String(Math.abs(power)).padStart(EXPONENT_DIGITS, "0");
  return `${sign}${digits}${"0".repeat(places - shown)}e${power < 0 ? "-" : "+"}${powerDigits}`;
}

/** Section 6.9.3.4.2: digits, point, digits. */
export function fixedText(value: number, width: number, places: number): string {
  if (!Number.isFinite(value)) return padded(String(value), width);
  const digits = fixedDigits(Math.abs(value), places);
  const isZero = !/[1-9]/.test(digits);
  return padded(value < 0 && !isZero ? `-${digits}` : digits, width);
}

function fixedDigits(value: number, places: number): string {
  const shown = Math.min(places, 100);
  const rest = "0".repeat(places - shown);
  if (value < 1e21) return value.toFixed(shown) + rest;
  // Such large reals are whole.
  return `${BigInt(value)}.${"0".repeat(places)}`;
}
