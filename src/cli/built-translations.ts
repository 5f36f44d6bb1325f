/** Where the build keeps its interpreters as V8 compiled them: beside the command's own code, and trusted like that. */

import { fileURLToPath } from "node:url";

export const builtTranslations = fileURLToPath(new URL("./built", import.meta.url));
