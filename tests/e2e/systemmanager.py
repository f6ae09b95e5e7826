# SPDX-License-Identifier: MIT
"""systemd as the first process of a system of its own: processes, mounts, network and control groups are its own, and
what it writes goes to memory, over the files of this system. Needs root."""

import os
import shutil
import signal
import subprocess

from harness import PATIENCE, becomes

MANAGER = "/usr/lib/systemd/systemd"
TOOLS = ("unshare", "nsenter", "pivot_root", "systemctl", "ip")
BOOT_PATIENCE = 30.0  # seconds
# The control group first, as it moves with nobody. Then the files: this system's below, memory above.
START = """set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/cgroup"
mount -t cgroup2 none "$1/cgroup"
group=$1/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/hosier-test-$$
mkdir "$group"
trap "" TERM
sh -c 'echo $$ >"$0/cgroup.procs" && exec unshare --mount --cgroup --net --uts --ipc --pid --fork --kill-child=KILL sh -c "$1" "$2" "$3"' \
    "$group" "$2" "$1" "$3" || true
# The last of them may take a moment to be gone.
for _ in 1 2 3 4 5 6 7 8 9 10; do
    ! find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || break
    sleep 0.2
done
"""
BOOT = """set -e
ip link set lo up
mkdir "$0/upper" "$0/work" "$0/root"
mount -t overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" overlay "$0/root"
cd "$0/root"
cp -a "$1/." .
mount --rbind /dev dev
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p .before
pivot_root . .before
cd /
umount -l /.before
exec env -i container=hosier-test PATH=/usr/sbin:/usr/bin:/sbin:/bin %s --system --unit=basic.target </dev/null >/dev/null 2>&1
""" % MANAGER


class SystemManager:
    """`files` is a tree that is laid over this system's. `is_running` is false where this is not to be had."""

    def __init__(self, directory, files):
        self.process = None
        self.first = None
        if os.geteuid() != 0 or not all(map(shutil.which, TOOLS)) or not os.path.exists(MANAGER):
            self.is_running = False
            return
        memory = os.path.join(directory, "memory")
        os.mkdir(memory)
        self.log = os.path.join(directory, "boot.log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", START, "sh", memory, BOOT, files],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.is_running = becomes(self._is_booted, BOOT_PATIENCE) and self.process.poll() is None

    def _is_booted(self):
        if self.process.poll() is not None:
            return True
        self.first = self._find_first()
        return self.first is not None and self.run("systemctl", "is-active", "basic.target").returncode == 0

    def _find_first(self):
        """The number, out here, of the process that is called systemd among those which descend from ours."""
        waiting = [self.process.pid]
        while waiting:
            number = waiting.pop()
            try:
                with open(f"/proc/{number}/comm", encoding="utf-8") as file:
                    if file.read().strip() == "systemd":
                        return number
                with open(f"/proc/{number}/task/{number}/children", encoding="utf-8") as file:
                    waiting += map(int, file.read().split())
            except FileNotFoundError:
                continue
        return None

    def run(self, *command):
        """A command in there, as root."""
        return subprocess.run(["nsenter", f"--target={self.first}", "--mount", "--root", "--wd=/", "--pid", "--net", "--uts",
                               "--ipc", "--cgroup", "--", *command], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=PATIENCE, check=False)

    def end(self):
        if self.process is None:
            return
        if self.first is not None and self.process.poll() is None:
            os.kill(self.first, signal.SIGKILL)
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
