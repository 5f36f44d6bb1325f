/** The page of `strata web` and the modules of `strata/browser`: built into dist/site, with relative addresses, so that any server may have it. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Puts a compressed file beside each one, for servers that send such. */
const compressed: Plugin = {
  name: "compressed",
  writeBundle: ({ dir = "" }) => {
    for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
      if (!/\.(js|css|html)$/.test(name)) continue;
      const path = join(dir, name);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  },
};

export default defineConfig({
  root: "src/web",
  base: "./",
  plugins: [compressed],
  build: {
    outDir: "../../dist/site",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    // What is larger, the text of WebAssembly, is loaded when somebody asks for it.
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      checks: { pluginTimings: false },
      input: { index: "src/web/index.html", browser: "src/web/browser.ts" },
      preserveEntrySignatures: "exports-only",
      output: {
        entryFileNames: ({ name }) => (name === "browser" ? "browser.js" : "assets/[name]-[hash].js"),
        // A page that takes in the element alone names its style sheet.
        assetFileNames: "assets/[name][extname]",
      },
    },
  },
  worker: { format: "es" },
});
