/** The compiler of machines in Node.js: a thread of its own, and the directory where what it made is kept. */

import { join } from "node:path";
import { cacheDirectory } from "../host/node/cache.ts";
import { TranslationDirectory } from "../host/node/translations/translation-directory.ts";
import { WorkerCompiler } from "../host/node/worker-compiler.ts";

/** Starts the thread; `close` ends it. One may serve several machines. */
export function regionCompiler(): WorkerCompiler {
  return new WorkerCompiler(new URL("./compile-thread.js", import.meta.url));
}

/** What earlier runs of this user compiled. */
export function openTranslations(): TranslationDirectory | undefined {
  return TranslationDirectory.open(join(cacheDirectory(), "translations"));
}
