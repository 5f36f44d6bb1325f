/** The page of `strata web` and the modules of `strata/browser`: built into dist/site, with relative addresses, so that any server may have it. */

import { defineConfig } from "vite";

export default defineConfig({
  root: "src/web",
  base: "./",
  build: {
    outDir: "../../dist/site",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    // What is larger, the text of WebAssembly, is loaded when somebody asks for it.
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
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
