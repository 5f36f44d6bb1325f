#!/usr/bin/busybox sh
# The first process: runs the workloads that the word bench=NAME,NAME of the kernel's command line names. Each is a
# script in /bench, which prepares what it needs and calls `measure`. The console gets a line for each:
#   bench: NAME NANOSECONDS RESULT
# and in the end "bench: done". A failure ends everything with "bench: failed ...".
export PATH=/usr/bin:/busybox:/bench HOME=/tmp LC_ALL=C PYTHONHASHSEED=0
/usr/bin/busybox mkdir /busybox
/usr/bin/busybox --install -s /busybox
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
cd /tmp

end() {
  echo "bench: $*"
  sleep 0.5
  poweroff -f
  sleep 60
}

# Runs a program with its arguments; its result is the hash of what it printed.
measure() {
  timed "$@" </tmp/input 3>/tmp/time >/tmp/output 2>/tmp/errors || end "failed: $workload: $(cat /tmp/errors)"
  set -- $(busybox sha256sum </tmp/output)
  echo "bench: $workload $(cat /tmp/time) $1"
}

read -r words </proc/cmdline
for word in $words; do
  case $word in bench=*) workloads=${word#*=} ;; esac
done
IFS=,
for workload in $workloads; do
  unset IFS
  rm -rf /tmp/*
  : >/tmp/input
  . "/bench/$workload.sh"
done
end "done"
