/** A number of things a second, in few digits. */
export function rate(value: number): string {
  const units = ["", " k", " M", " G"];
  let [number, unit] = [value, 0];
  while (number >= 1000 && unit < units.length - 1) [number, unit] = [number / 1000, unit + 1];
  return `${number.toFixed(number < 10 && unit > 0 ? 1 : 0)}${units[unit]}`;
}
