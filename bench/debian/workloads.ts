/** What is measured inside Debian: a workload is a script, which prepares what it needs and calls `measure`. */

export interface Program {
  readonly name: string;
  /** A file of bench/programs, to be started by hosted.c. */
  readonly source: string;
  readonly options?: readonly string[];
}

export interface Workload {
  readonly name: string;
  readonly script: string;
  /** Our own program that it needs. */
  readonly program?: Program;
}

/** A program of bench/programs, as often as takes some seconds. */
function repeated(source: string, times: number): Workload {
  const name = `c-${source}`;
  return { name, script: `measure ${name} ${times}`, program: { name, source } };
}

/** The same once and with little to do: the time is that of starting it, and of code that runs for the first time. */
function short(source: string, option: string): Workload {
  const name = `short-${source}`;
  return { name, script: `measure ${name} 1`, program: { name, source, options: [option] } };
}

/**
 * The rating of 7-Zip's benchmark as the seconds that two thousand million of its instructions take: how long the
 * benchmark itself takes says less, as it begins by measuring, for some fixed time, how fast the processor is.
 */
const sevenZip = `/usr/lib/7zip/7zr b 1 -mmt1 -md18 -mfreq=10 -mtime=1 >output || end "failed: 7zip"
set -- $(grep Tot: output)
echo "bench: 7zip $((2000 * 1000000000 / $4)) varies"`;

export const workloads: Readonly<Record<string, readonly Workload[]>> = {
  Integer: [
    repeated("sort", 10),
    repeated("hash", 12),
    repeated("vm", 8),
    { name: "gzip", script: "words 150000 >text\nmeasure gzip -9 -n -c text" },
    {
      name: "sha256sum",
      script: "words 250000 >text\ncat text text text text >long\nmeasure sha256sum long",
    },
    { name: "text-sort", script: "words 250000 >text\nmeasure sort text" },
    { name: "7zip", script: sevenZip },
    // Imported once before, as Debian compiles modules when it installs them.
    { name: "python", script: "python3.13 -c 'import collections'\nmeasure python3.13 /bench/objects.py" },
    { name: "sqlite", script: "cp /bench/tables.sql input\nmeasure sqlite3 /tmp/database" },
  ],
  "Floating-point": [
    repeated("nbody", 10),
    repeated("mandelbrot", 18),
    repeated("product", 14),
    repeated("spectral", 60),
  ],
  Short: [
    short("nbody", "-DROUNDS=200"),
    short("mandelbrot", "-DSIZE=15"),
    short("product", "-DROUNDS=1"),
    short("spectral", "-DROUNDS=1"),
  ],
};
