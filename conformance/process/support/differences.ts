/** Where Strata differs from the machine that runs the tests, and why. */

export interface Difference {
  readonly program: string;
  /** What lines show it. */
  readonly lines: RegExp;
  readonly reason: string;
}

export const differences: readonly Difference[] = [];
