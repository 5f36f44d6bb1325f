/** The port through which the virtio-fs device reaches whatever serves its files. */

import type { Bytes } from "../../../base/bytes.ts";

/** Answers FUSE requests (Linux include/uapi/linux/fuse.h), one at a time and at once. */
export interface FuseServer {
  /**
   * Answers one request.
   *
   * @param request a whole message, `fuse_in_header` first; of any length, even shorter than the header, since
   *   the guest chose it. The bytes may be guest memory: valid only during the call, and never to be written.
   * @param replyCapacity the bytes the guest left room for, `fuse_out_header` included.
   * @returns the whole reply, `fuse_out_header` first, at most `replyCapacity` bytes (a longer one is dropped and
   *   counted); undefined where the protocol has no reply (FORGET) or none fits. It never throws: errors are
   *   replies. The bytes are copied before the next call, so the server may use one buffer for all replies.
   */
  handle(request: Bytes, replyCapacity: number): Bytes | undefined;
}
