import { expect, test } from "vitest";
import { commandLine, guestImage } from "./guest-image.ts";

test("the kernel's command line", () => {
  expect(commandLine({})).toBe("earlycon console=ttyS0 console=hvc0 quiet panic=-1");
  expect(
    commandLine({
      command: ["ls"],
      shares: [
        { tag: "a", readOnly: false },
        { tag: "b", readOnly: true },
      ],
      verbose: true,
      append: "debug x=1",
    }),
  ).toBe("earlycon console=ttyS0 ignore_loglevel panic=-1 strata.share=a strata.share=b:ro debug x=1");
  expect(commandLine({ term: "xterm-256color" })).toContain(" TERM=xterm-256color");
  expect(commandLine({ term: "x y" })).not.toContain("TERM");
});

test("takes files, and pulls nothing then", async () => {
  const image = await guestImage({ kernel: import.meta.filename, initrd: import.meta.filename });
  expect(image.kernel).toEqual(image.initrd);
  expect(image.kernelName).toBe(import.meta.filename);
});

test("refuses what cannot be", async () => {
  await expect(guestImage({ initrd: "x", command: ["ls"] })).rejects.toThrow(
    "A command needs Strata's own initrd: leave out --initrd, or the command",
  );
  await expect(guestImage({ kernel: "/nowhere" })).rejects.toThrow(
    'Cannot read kernel "/nowhere": no such file or directory',
  );
});
