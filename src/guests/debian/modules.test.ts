import { expect, test } from "vitest";
import { inLoadOrder, ModuleError, moduleName } from "./modules.ts";

const module = (name: string, ...depends: string[]) => ({ name, depends });

test("names modules by their files", () => {
  expect(moduleName("usr/lib/modules/6.12/kernel/drivers/char/hw_random/virtio-rng.ko.xz")).toBe(
    "virtio_rng",
  );
  expect(moduleName("ext4.ko")).toBe("ext4");
  expect(moduleName("modules.order")).toBeUndefined();
});

test("puts a module after all that it depends on", () => {
  const all = [module("ext4", "jbd2", "crc16"), module("jbd2"), module("crc16"), module("other")];
  expect(inLoadOrder(all, ["ext4", "jbd2"]).map(({ name }) => name)).toEqual(["jbd2", "crc16", "ext4"]);
  expect(inLoadOrder([module("virtio_rng")], ["virtio-rng"])).toHaveLength(1);
  expect(inLoadOrder([module("a", "b"), module("b", "a")], ["a"])).toHaveLength(2);
  expect(() => inLoadOrder(all, ["absent"])).toThrow(ModuleError);
});
