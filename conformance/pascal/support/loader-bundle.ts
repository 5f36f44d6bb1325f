/** The loader as npm users get it, and a program that was translated for it. */

import { buildSync } from "esbuild";
import { translateImage } from "../../../src/boards/pmachine/machine.ts";
import { packTranslated } from "../../../src/boards/pmachine/translated-file.ts";
import { compileProgram } from "./corpus.ts";

const root = new URL("../../..", import.meta.url).pathname;

export interface LoaderBundle {
  readonly text: string;
  /** Modules that it imports as it is loaded. */
  readonly imports: readonly string[];
}

/** The bundle as `npm run build:loader` makes it. */
export function bundleLoader(): LoaderBundle {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: ["src/boards/pmachine/loader.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    metafile: true,
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild made nothing");
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { text: file.text, imports };
}

/** The bytes of `strata translate` of a source. */
export function translateSource(text: string): Uint8Array<ArrayBuffer> {
  const image = compileProgram({ name: "program", path: "", text, input: "" });
  return packTranslated(image, translateImage(image));
}
