# esbuild, a program in Go: bundles a small TypeScript project, which runs.
set -e
mkdir -p e/src && cd e
for i in 1 2 3 4 5 6 7 8; do
  cat > src/m$i.ts <<E
export interface T$i { a: number }
export const v$i = (x: T$i): number => x.a * $i;
export enum E$i { A, B = "b$i" }
E
  echo "import { v$i, E$i } from './m$i';" >> src/main.ts
done
echo "console.log(v1({ a: 1 }) + v2({ a: 2 }) + v8({ a: 3 }), E3.B);" >> src/main.ts
esbuild src/main.ts --bundle --minify --sourcemap --outfile=out.js --log-level=warning
sha256sum out.js out.js.map
node out.js
esbuild --version
esbuild src/main.ts --bundle --format=esm
echo 'let x: = 1' > src/wrong.ts
esbuild src/wrong.ts 2>&1 || echo "status $?"
