# python3: its standard library's processes, threads, sockets, and modules in C.
cat > p.py <<'E'
import asyncio, concurrent.futures, hashlib, json, multiprocessing, os, sqlite3, ssl, subprocess, tempfile, threading

def square(x):
    return x * x

async def child():
    await asyncio.sleep(0.01)
    process = await asyncio.create_subprocess_exec("echo", "async", stdout=subprocess.PIPE)
    return (await process.communicate())[0]

if __name__ == "__main__":
    print(json.dumps({"a": [1, 2.5, None], "b": {"c": "\u00e9"}}, sort_keys=True))
    print(subprocess.run(["sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True))
    results, lock = [], threading.Lock()
    def work(i):
        with lock:
            results.append(i * i)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(sorted(results))
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(3) as pool:
            print(method, pool.map(square, range(10)))
    queue = multiprocessing.get_context("fork").Queue()
    process = multiprocessing.get_context("fork").Process(target=queue.put, args=(42,))
    process.start()
    print(queue.get())
    process.join()
    print(process.exitcode)
    print(ssl.OPENSSL_VERSION[:9], hashlib.sha256(b"x").hexdigest())
    database = sqlite3.connect(":memory:")
    database.execute("create table t(x)")
    database.executemany("insert into t values(?)", [(i,) for i in range(1000)])
    print(database.execute("select sum(x) from t").fetchone())
    print(asyncio.run(child()))
    with concurrent.futures.ThreadPoolExecutor(4) as executor:
        print(list(executor.map(square, range(5))))
    with tempfile.TemporaryDirectory() as directory:
        open(directory + "/x", "w").write("hi")
        print(os.listdir(directory), os.path.getsize(directory + "/x"))
    os.nice(2)
    print(os.nice(0))
E
python3 p.py
