/** ioctl(2): what all files know, and what each kind of file does itself. */

import { failed } from "../../base/errno.ts";
import { OpenFlag } from "../files/open-file.ts";
import { call } from "./call.ts";
import { int, pointer, uint } from "./kinds.ts";

const FIONCLEX = 0x5450;
const FIOCLEX = 0x5451;
const FIONBIO = 0x5421;

export const terminal = {
  ioctl: call(
    29,
    [int, uint, pointer],
    ({ process, memory }, descriptor, request, argument) => {
      const { descriptors } = process;
      const open = descriptors.get(descriptor);
      if (failed(open)) return open;
      if (open.flags & OpenFlag.O_PATH) return { errno: "EBADF" };
      if (request === FIOCLEX || request === FIONCLEX) {
        descriptors.setCloseOnExec(descriptor, request === FIOCLEX);
        return 0;
      }
      if (request === FIONBIO) {
        const value = memory.getUint32(argument);
        if (failed(value)) return value;
        open.flags = value ? open.flags | OpenFlag.O_NONBLOCK : open.flags & ~OpenFlag.O_NONBLOCK;
        return 0;
      }
      return open.ioctl(request, argument, memory);
    },
    "packet mode and VTIME of terminals; of other devices nothing",
  ),
};
