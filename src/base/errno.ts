/** Linux's error numbers (include/uapi/asm-generic/errno-base.h, errno.h), and outcomes that may be one. */

export const errno = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  EBADF: 9,
  ENOMEM: 12,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  EMLINK: 31,
  ERANGE: 34,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  EPROTO: 71,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
  ESTALE: 116,
  EDQUOT: 122,
} as const;

export type ErrnoName = keyof typeof errno;

/** Why something could not be done, as the kernel would say it. */
export interface Failure {
  readonly errno: ErrnoName;
}

/** A value, or the reason why there is none. */
export type Outcome<T> = T | Failure;

/** Tells a failure from a value; no value of ours has a property `errno`. */
export function failed(outcome: unknown): outcome is Failure {
  return typeof outcome === "object" && outcome !== null && "errno" in outcome;
}
