# node: promises, files, child processes, worker threads, sockets, compression.
cat > n.js <<'E'
const { Worker, isMainThread, parentPort, workerData } = require("worker_threads");
const [fs, child, crypto, net, os, zlib] = ["fs", "child_process", "crypto", "net", "os", "zlib"].map(require);

async function main() {
  console.log(process.version, process.arch, os.type());
  await fs.promises.writeFile("nf", "hello");
  console.log(await fs.promises.readFile("nf", "utf8"), fs.statSync("nf").size);
  const later = (x) => new Promise((done) => setTimeout(() => done(x * x), 10 * x));
  console.log(await Promise.all([1, 2, 3].map(later)));
  console.log(child.execSync("echo child; uname -m").toString());
  await new Promise((done) => {
    const started = child.spawn("sh", ["-c", "cat; exit 3"]);
    started.stdout.on("data", (data) => console.log("got", String(data)));
    started.on("close", (code, signal) => done(console.log("closed", code, signal)));
    started.stdin.end("stdin");
  });
  const work = (n) =>
    new Promise((done, fail) => {
      const worker = new Worker(__filename, { workerData: n });
      worker.on("message", done);
      worker.on("error", fail);
    });
  console.log(await Promise.all([5, 6].map(work)));
  console.log(zlib.gunzipSync(zlib.gzipSync("z".repeat(1000))).length);
  console.log(crypto.createHash("sha1").update("a").digest("hex"));
  let sum = 0;
  for (let i = 0; i < 3e6; i++) sum = (sum + i * i) % 1000003;
  console.log(sum, /(\d+)-(?<y>\d+)/.exec("12-34").groups.y);
}

if (isMainThread) main();
else parentPort.postMessage(workerData * 2);
E
node n.js
