// The layers of the system: a folder may import only what is listed for it (see ARCHITECTURE.md).
const layers = {
  base: [],
  wasm: ["base"],
  formats: ["base"],
  engine: ["base", "wasm"],
  "isa/riscv": ["base", "engine"],
  "isa/pcode": ["base", "engine"],
  machine: ["base", "formats"],
  boards: ["base", "engine", "isa", "machine", "formats"],
  guests: ["base", "formats"],
  language: ["base", "formats"],
  linux: ["base", "engine", "formats", "isa"],
};

/** A rule that forbids `layer` everything in src/ but itself and what it may use. Tests may reach further. */
const layerRule = ([layer, uses]) => ({
  name: `layer-${layer.replace("/", "-")}`,
  severity: "error",
  from: { path: `^src/${layer}/`, pathNot: "\\.test\\.ts$|/testing/" },
  to: { path: "^src/", pathNot: [layer, ...uses].map((name) => `^src/${name}/`) },
});

module.exports = {
  forbidden: [
    ...Object.entries(layers).map(layerRule),
    {
      name: "layer-host",
      comment:
        "A host implements ports: it may import base, what hosts share, and only the types of any other layer.",
      severity: "error",
      from: { path: "^src/host/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^src/",
        pathNot: ["^src/base/", "^src/host/($1|shared)/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "layer-linux-arch",
      comment: "The Linux ABI knows instruction sets only where processors differ.",
      severity: "error",
      from: { path: "^src/linux/", pathNot: "^src/linux/arch/|\\.test\\.ts$|/testing/" },
      to: { path: "^src/isa/" },
    },
    {
      name: "no-platform-below-host",
      severity: "error",
      from: {
        path: "^src/(base|wasm|formats|engine|isa|machine|boards|guests|linux|language)/",
        pathNot: "\\.test\\.ts$|/testing/",
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"] },
  },
};
