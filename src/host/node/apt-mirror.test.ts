import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseDeb822 } from "../../formats/deb822.ts";
import { findMirror } from "./apt-mirror.ts";

let apt = "";

beforeEach(async () => {
  apt = await mkdtemp(join(tmpdir(), "strata-apt-"));
  await mkdir(join(apt, "sources.list.d"));
});

afterEach(() => rm(apt, { recursive: true }));

const find = (options: object = {}) => findMirror(parseDeb822, { env: {}, apt, ...options });

test("prefers the flag, then the environment", async () => {
  await writeFile(join(apt, "sources.list"), "deb http://c.example.invalid/debian trixie main\n");
  const env = { STRATA_MIRROR: "http://b.example.invalid" };
  expect(await find({ flag: "http://a.example.invalid", env })).toBe("http://a.example.invalid");
  expect(await find({ env })).toBe("http://b.example.invalid");
  expect(await find()).toBe("http://c.example.invalid/debian");
});

test("reads one-line sources, and passes over those that are not Debian's archive", async () => {
  const lines = [
    "# deb http://comment.example.invalid/debian trixie main",
    "deb-src http://source.example.invalid/debian trixie main",
    "deb cdrom:[Debian]/ trixie main",
    "deb http://security.example.invalid/debian-security trixie-security main",
    "deb https://other.example.invalid/apt cloud-sdk main",
    "deb [signed-by=/a.gpg arch=amd64] http://good.example.invalid/debian/ bookworm main contrib # mine",
  ];
  await writeFile(join(apt, "sources.list"), `${lines.join("\n")}\n`);
  expect(await find()).toBe("http://good.example.invalid/debian");
});

test("reads deb822 sources", async () => {
  const file = [
    "Types: deb\n# a comment\nURIs: http://s.example.invalid/x\nSuites: trixie-security\nComponents: main",
    "Types: deb\nEnabled: no\nURIs: http://off.example.invalid/x\nSuites: trixie\nComponents: main",
    "Types: deb deb-src\nURIs: http://m.example.invalid/debian\nSuites: trixie trixie-updates\nComponents: main",
  ];
  await writeFile(join(apt, "sources.list.d", "debian.sources"), `${file.join("\n\n")}\n`);
  await writeFile(join(apt, "sources.list.d", "a.sources.disabled"), file[2]?.replace("m.", "no.") ?? "");
  expect(await find()).toBe("http://m.example.invalid/debian");
});

test("may find none", async () => {
  expect(await find()).toBeUndefined();
  expect(await find({ apt: join(apt, "absent") })).toBeUndefined();
});
