/** The guest that the tests boot: Debian's, as `strata pull` fetches it. */

import { guestImage } from "../../../src/cli/guest-image.ts";
import { missingGuest } from "./strata.ts";

export const guest = {
  /** Why there is none to test with, if so. */
  missing: await missingGuest(),
  /** What a machine with a shell boots. */
  image: () => guestImage(),
};
