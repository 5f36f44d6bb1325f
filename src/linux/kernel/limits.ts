/** Limits of a process (getrlimit(2)); Infinity is RLIM_INFINITY. */

export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

const without: Limit = { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY };

/** In the order of their numbers. */
export const usualLimits = () => ({
  RLIMIT_CPU: without,
  RLIMIT_FSIZE: without,
  RLIMIT_DATA: without,
  RLIMIT_STACK: { soft: 8 << 20, hard: Number.POSITIVE_INFINITY } as Limit,
  RLIMIT_CORE: { soft: 0, hard: Number.POSITIVE_INFINITY } as Limit,
  RLIMIT_RSS: without,
  RLIMIT_NPROC: { soft: 4096, hard: 4096 } as Limit,
  RLIMIT_NOFILE: { soft: 1024, hard: 65536 } as Limit,
  RLIMIT_MEMLOCK: { soft: 8 << 20, hard: 8 << 20 } as Limit,
  RLIMIT_AS: without,
  RLIMIT_LOCKS: without,
  RLIMIT_SIGPENDING: { soft: 4096, hard: 4096 } as Limit,
  RLIMIT_MSGQUEUE: { soft: 819200, hard: 819200 } as Limit,
  RLIMIT_NICE: { soft: 0, hard: 0 } as Limit,
  RLIMIT_RTPRIO: { soft: 0, hard: 0 } as Limit,
  RLIMIT_RTTIME: without,
});

export type Limits = ReturnType<typeof usualLimits>;
export type LimitName = keyof Limits;
export const limitNames = Object.keys(usualLimits()) as readonly LimitName[];
