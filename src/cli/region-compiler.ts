/** The compiler of machines in Node.js: a thread of its own, and the directory where what it made is kept. */

import { join } from "node:path";
import { withBuiltModules } from "../engine/layered-translations.ts";
import type { TranslationCache } from "../engine/translation-cache.ts";
import { cacheDirectory } from "../host/node/cache.ts";
import { letOthersWait } from "../host/node/thread-priority.ts";
import { canSerialize } from "../host/node/translations/compiled-modules.ts";
import { TranslationDirectory } from "../host/node/translations/translation-directory.ts";
import { WorkerCompiler } from "../host/node/worker-compiler.ts";
import { builtTranslations } from "./built-translations.ts";
import type { Keep } from "./resources.ts";

/** Starts the thread, which waits where this one wants to run; `close` ends it. One may serve several machines. */
export function regionCompiler(): WorkerCompiler {
  letOthersWait();
  return new WorkerCompiler(new URL("./compile-thread.js", import.meta.url));
}

/** What came with Strata, and what earlier runs of this user compiled, unless that is not wanted or cannot be used. */
export function openTranslations(cache: boolean, keep: Keep): TranslationCache {
  const own = cache ? TranslationDirectory.open(join(cacheDirectory(), "translations")) : undefined;
  if (own) keep(own);
  const built = canSerialize() ? new TranslationDirectory(builtTranslations) : undefined;
  return withBuiltModules(own, (name) => built?.find(name));
}
