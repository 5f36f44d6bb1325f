import { beforeEach, describe, expect, test } from "vitest";
import { openHttpImage } from "./http-image.ts";
import { DiskError } from "./image.ts";

const URL_ = "http://server/images/disk.img";

/** A server of one image, that can be made to behave badly. */
class FakeServer {
  content = Uint8Array.from({ length: 4096 }, (_, at) => at & 0xff);
  headers: Record<string, string> = { ETag: '"one"', "Last-Modified": "Mon, 23 Nov 2026 06:00:00 GMT" };
  knowsRanges = true;
  /** Statuses of the next answers, before it behaves; 0: no answer. */
  failures: number[] = [];
  readonly asked: Record<string, string>[] = [];
  status: number | undefined;

  readonly fetch = (async (_url: string, { headers }: { headers: Record<string, string> }) => {
    this.asked.push(headers);
    const failure = this.failures.shift();
    if (failure === 0) throw new TypeError("Failed to fetch");
    if (failure) return new Response("sorry", { status: failure });
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.Range ?? "") ?? [];
    const isFresh = headers["If-Range"] === undefined || headers["If-Range"] === this.headers.ETag;
    if (!this.knowsRanges || !isFresh) {
      const length = { "Content-Length": `${this.content.length}` };
      return new Response(this.content, { status: 200, headers: { ...length, ...this.headers } });
    }
    const part = this.content.slice(Number(first), Number(last) + 1);
    const range = { "Content-Range": `bytes ${first}-${last}/${this.content.length}` };
    return new Response(part, { status: 206, headers: { ...range, ...this.headers } });
  }) as typeof fetch;
}

let server: FakeServer;
const open = (isSameOrigin = true) =>
  openHttpImage(URL_, { fetch: server.fetch, retries: [1, 1], isSameOrigin });

beforeEach(() => {
  server = new FakeServer();
});

describe("a server that knows ranges", () => {
  test("is asked for a byte to know the image, then for what is read", async () => {
    const image = await open();
    expect(image).toMatchObject({ name: "disk.img", size: 4096, isLocal: false });
    expect([...(await image.read(300, 3))]).toEqual([44, 45, 46]);
    expect(server.asked).toEqual([{ Range: "bytes=0-0" }, { Range: "bytes=300-302", "If-Range": '"one"' }]);
  });

  test("is asked no condition that needs a question in advance, where it is another site's", async () => {
    const image = await open(false);
    await image.read(0, 1);
    expect(server.asked[1]).toEqual({ Range: "bytes=0-0" });
  });

  test.each([
    ["tag", { ETag: '"two"' }],
    ["weak tag", { ETag: 'W/"two"' }],
    ["date", { "Last-Modified": "Mon, 23 Nov 2026 07:00:00 GMT" }],
  ])("is not believed any more once the image has another %s", async (_what, change) => {
    for (const isSameOrigin of [true, false]) {
      server = new FakeServer();
      const image = await open(isSameOrigin);
      server.headers = { ...server.headers, ...change };
      await expect(image.read(0, 512)).rejects.toThrow(
        `Cannot read the disk ${URL_}: the image on the server has changed`,
      );
    }
  });

  test("is not believed any more once the image has another size", async () => {
    const image = await open();
    server.content = new Uint8Array(8192);
    await expect(image.read(0, 512)).rejects.toThrow("has changed");
  });

  test("tells two versions apart, if it says which they are", async () => {
    const versions = [(await open()).version];
    server.headers = { ETag: '"two"' };
    versions.push((await open()).version);
    server.headers = {};
    versions.push((await open()).version);
    expect(new Set(versions).size).toBe(3);
    expect(versions[2]).toBeUndefined();
  });

  test("is asked again where it fails for a moment, and in the end not any more", async () => {
    server.failures = [0, 503];
    const image = await open();
    expect(server.asked.length).toBe(3);
    server.failures = [0, 500, 0];
    await expect(image.read(0, 1)).rejects.toThrow(`Cannot use the disk ${URL_}: the server does not answer`);
    server.failures = [500, 500, 500];
    await expect(image.read(0, 1)).rejects.toThrow("the server says 500");
    server.failures = [404];
    await expect(image.read(0, 1)).rejects.toThrow("the server says 404");
  });

  test("must send all that it was asked for", async () => {
    const image = await open();
    server.content = server.content.slice(0);
    const whole = server.fetch;
    const cut = (async (...args: Parameters<typeof fetch>) => {
      const { headers, status } = await whole(...args);
      return new Response(new Uint8Array(5), { status, headers });
    }) as typeof fetch;
    const cutting = await openHttpImage(URL_, { fetch: cut });
    expect((await image.read(0, 100)).length).toBe(100);
    await expect(cutting.read(0, 100)).rejects.toThrow("an answer was cut off");
  });

  test("must say the size", async () => {
    const silent = (async () => new Response(new Uint8Array(1), { status: 206 })) as typeof fetch;
    await expect(openHttpImage(URL_, { fetch: silent })).rejects.toThrow("does not say the image's size");
  });
});

describe("a server that knows no ranges", () => {
  test("gives a small image as a whole", async () => {
    server.knowsRanges = false;
    const image = await open();
    expect([image.isLocal, image.size, (await image.read(256, 2))[1]]).toEqual([true, 4096, 1]);
    expect(server.asked.length).toBe(1);
  });

  test("is refused a large image, or one of unknown size", async () => {
    server.knowsRanges = false;
    for (const length of [`${65 * 2 ** 20}`, undefined]) {
      const answer = (async () =>
        new Response("…", {
          headers: length === undefined ? {} : { "Content-Length": length },
        })) as typeof fetch;
      await expect(openHttpImage(URL_, { fetch: answer })).rejects.toThrow("knows no range requests");
    }
  });
});

test.each([404, 403, 416])("status %i is told", async (status) => {
  server.failures = [status];
  await expect(open()).rejects.toThrow(
    new DiskError(`Cannot use the disk ${URL_}: the server says ${status}`),
  );
});

test("an image of odd size is refused", async () => {
  server.content = new Uint8Array(1000);
  await expect(open()).rejects.toThrow("its size is 1000, not a multiple of 512");
});
