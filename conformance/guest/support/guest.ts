import { guestImage } from "../../../src/cli/guest-image.ts";
export const guest = { missing: false, image: () => guestImage() };
