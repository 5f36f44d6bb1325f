/** The compiler of machines in Node.js: a thread of its own, and the directory where what it made is kept. */

import { join } from "node:path";
import { cacheDirectory } from "../host/node/cache.ts";
import { TranslationDirectory } from "../host/node/translations/translation-directory.ts";
import { WorkerCompiler } from "../host/node/worker-compiler.ts";
import type { Keep } from "./resources.ts";

/** Starts the thread; `close` ends it. One may serve several machines. */
export function regionCompiler(): WorkerCompiler {
  return new WorkerCompiler(new URL("./compile-thread.js", import.meta.url));
}

/** What earlier runs of this user compiled, unless that is not wanted or cannot be used. */
export function openTranslations(cache: boolean, keep: Keep): TranslationDirectory | undefined {
  const directory = cache ? TranslationDirectory.open(join(cacheDirectory(), "translations")) : undefined;
  return directory && keep(directory);
}
