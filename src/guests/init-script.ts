/**
 * The guest's first process: a script for busybox's shell.
 *
 * It reads from the kernel's command line
 *
 * | word | meaning |
 * | --- | --- |
 * | `strata.share=TAG` or `TAG:ro` | a virtio-fs file system: at `/mnt` where it is the only one, else each at `/mnt/TAG` |
 * | `strata.hostname=NAME` | the host name, `strata` by default |
 * | `strata.console=NAME` | the terminal of the interactive shell: `hvc0`, `ttyS0`; by default the first of them that exists |
 * | `strata.memory=NAME` | the virtio-console port on which each line is answered with a line of how memory is used (`MemFree:KIB …`) |
 * | `NAME=VALUE` (no dot in NAME) | by the kernel's own rule, a variable of the environment: `TERM=xterm` |
 *
 * and from the initial file system `/strata/modules`, the modules to load, in their order, and
 * `/strata/command`, a script. Without the latter it runs an interactive shell. With it, it runs that script in
 * a session of its own, in `/mnt` if there is a share, else in `/root`, with its standard streams attached to
 * the virtio-console ports named `strata.stdin`, `strata.stdout` and `strata.stderr`. The port `strata.control`
 * carries lines:
 *
 * | line | from | meaning |
 * | --- | --- | --- |
 * | `signal NAME` | host | send the signal to all processes of the command |
 * | `exit N` | guest | the command, or the shell, ended with this status (128 + n: by signal n) |
 * | `fail TEXT` | guest | the guest could not get as far as running it |
 *
 * In the end it powers the machine off.
 */
export const initScript = `#!/bin/sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root
control=

fail() {
  echo "strata: $*" >/dev/console
  if [ "$control" ]; then echo "fail $*" >&3; fi
  /bin/busybox poweroff -f
}

/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev || fail "cannot mount /dev"
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
for place in /dev/shm /tmp /run; do mount -t tmpfs tmpfs $place; done

# Where the port with the name $1 is. Ports appear a moment after the device does.
port() {
  tries=0
  while [ $tries -lt 200 ]; do
    for found in /sys/class/virtio-ports/*; do
      read -r name 2>/dev/null <"$found/name" || continue
      if [ "$name" = "$1" ]; then echo "/dev/\${found##*/}"; return; fi
    done
    tries=$((tries + 1))
    sleep 0.02
  done
}

if [ -e /strata/command ]; then
  control=$(port strata.control)
  stdin=$(port strata.stdin) stdout=$(port strata.stdout) stderr=$(port strata.stderr)
  if [ "$control" ]; then exec 3<>"$control"; fi
  [ "$control" ] && [ "$stdin" ] && [ "$stdout" ] && [ "$stderr" ] || fail "the ports for the command are missing"
fi

shares= count=0 console= hostname=strata memory=
read -r words </proc/cmdline
for word in $words; do
  case $word in
    strata.share=*) shares="$shares \${word#*=}" count=$((count + 1)) ;;
    strata.hostname=*) hostname=\${word#*=} ;;
    strata.console=*) console=\${word#*=} ;;
    strata.memory=*) memory=\${word#*=} ;;
  esac
done

# Where modprobe looks, by which the kernel loads what it needs later.
ln -s . "/lib/modules/$(uname -r)"

hostname "$hostname"
ip link set lo up

while read -r module; do
  insmod "/lib/modules/$module.ko" || fail "cannot load the module $module"
done </strata/modules

cd /root
for share in $shares; do
  tag=\${share%%:*} place=/mnt mode=rw
  if [ $count -gt 1 ]; then place=/mnt/$tag; fi
  case $share in *:ro) mode=ro ;; esac
  mkdir -p "$place"
  mount -t virtiofs -o $mode "$tag" "$place" || fail "cannot mount the share $tag"
  cd /mnt
done

if [ "$memory" ]; then
  # By the shell alone: it costs no process to answer.
  while read -r _ <&4; do
    answer=
    while read -r name kibibytes _; do
      case $name in MemTotal:|MemFree:|Buffers:|Cached:|AnonPages:|Slab:) answer="$answer$name$kibibytes " ;; esac
    done </proc/meminfo
    echo "$answer" >&4
  done 4<>"$(port "$memory")" 2>/dev/null &
fi

if [ -e /strata/command ]; then
  # Waits for lines while the command runs, as the port can be opened only once.
  while read -r word signal <&3; do
    if [ "$word" = signal ]; then kill -s "$signal" -- "-$(cat /run/session)"; fi
  done 2>/dev/null &
  # In the foreground: what a shell runs in the background ignores SIGINT.
  # In a subshell: what this shell says of a command that a signal killed is not the command's.
  (exec setsid sh -c 'echo $$ >/run/session; . /strata/command' <"$stdin" >"$stdout" 2>"$stderr" 3>&-) 2>/dev/null
  status=$?
  echo "exit $status" >&3
else
  if [ -z "$console" ]; then
    console=ttyS0
    if [ -e /dev/hvc0 ]; then console=hvc0; fi
  fi
  [ -e "/dev/$console" ] || fail "there is no /dev/$console"
  setsid -c sh -l <"/dev/$console" >"/dev/$console" 2>&1
  status=$?
  for found in /sys/class/virtio-ports/*; do
    read -r name 2>/dev/null <"$found/name" || continue
    if [ "$name" = strata.control ]; then echo "exit $status" >"/dev/\${found##*/}"; fi
  done
fi

sync
poweroff -f
`;
