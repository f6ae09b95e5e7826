# SPDX-License-Identifier: MIT
"""The user's service manager: systemd's own in namespaces of the test's, or a script in the place of systemctl."""

import os
import shutil
import subprocess

from harness import PATIENCE, becomes, clean_environment

GENERATOR = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator"
MANAGER = "/usr/lib/systemd/systemd"
TOOLS = ("unshare", "systemctl", "systemd-run")
# It wants a system that systemd has started, and a control group of its own, whose processes it moves about. Not
# processes of its own: it refuses clients whose process it cannot see.
START = """set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system
mount -t cgroup2 none /sys/fs/cgroup
group=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/hosier-test-$$
mkdir "$group"
remove() { find "$group" -depth -type d -exec rmdir {} +; }
sh -c 'echo $$ >"$0/cgroup.procs" && exec unshare --mount --cgroup sh -c "$1" "$2"' "$group" \
    'umount /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec "$0" --user' "$0" &
trap "kill $!" TERM
wait || wait || true
remove
"""


class Manager:
    """What both have: where they are found, and the variables that programs get which are started by them."""

    def __init__(self, directory):
        self.environment = clean_environment(directory)
        self.variables = {"XDG_CURRENT_DESKTOP": "sway"}
        self.runtime = self.environment["XDG_RUNTIME_DIR"]

    @staticmethod
    def proxies(lines):
        """Those of proxies among "NAME=value", in quotes or not."""
        pairs = (line.split("=", 1) for line in lines.splitlines() if "=" in line)
        return {name: value.strip('"') for name, value in pairs if name.lower().endswith("_proxy")}


class RecordedManager(Manager):
    """A script that keeps what it is asked, and what systemd's generator makes of the user's files then."""

    def __init__(self, directory):
        super().__init__(directory)
        self.log = os.path.join(directory, "asked")
        self.made = os.path.join(directory, "variables")
        tools = os.path.join(directory, "tools")
        os.makedirs(tools)
        os.makedirs(os.path.join(self.runtime, "systemd"))
        with open(os.path.join(self.runtime, "systemd", "private"), "w", encoding="utf-8"):
            pass
        path = os.path.join(tools, "systemctl")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\n[ ! -x {GENERATOR} ] || {GENERATOR} >"{self.made}"\necho "$*" >>"{self.log}"\n')
        os.chmod(path, 0o755)
        self.variables["PATH"] = tools + os.pathsep + os.environ["PATH"]

    def end(self):
        pass

    def asked(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()

    def given(self):
        if not os.path.exists(self.made):
            return {}
        with open(self.made, encoding="utf-8") as file:
            return self.proxies(file.read())


class RealManager(Manager):
    """systemd --user. `is_running` is false where namespaces or control groups are not to be had."""

    def __init__(self, directory):
        super().__init__(directory)
        self.process = None
        if all(map(shutil.which, TOOLS)) and os.path.exists(MANAGER):
            self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", START, MANAGER],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL, env=self.environment)
        self.is_running = self.process is not None and becomes(self.is_answering, 10) and self.process.poll() is None

    def is_answering(self):
        if self.process.poll() is not None:
            return True
        return os.path.exists(os.path.join(self.runtime, "systemd", "private")) and self.run("true").returncode == 0

    def end(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE)

    def run(self, *command):
        """A program that the manager starts."""
        return subprocess.run(["systemd-run", "--user", "--quiet", "--pipe", "--wait", *command], env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def given(self):
        return self.proxies(self.run("env").stdout)
