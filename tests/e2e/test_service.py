# SPDX-License-Identifier: MIT
"""The service for headless use, by the unit of the package, under a systemd of its own that enforces all it says."""

import json
import os
import re
import shutil
import unittest

from harness import PROGRAM, TestCase, listener, profile, user, wait_until
from systemmanager import SystemManager

UNIT = os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "installer", "linux", "hosier.service")
PROFILE = "/var/lib/hosier/profile.json"
PORT = 1080  # In a network of its own it is free.
USER = "hosier:x:64001:64001::/var/lib/hosier:/usr/sbin/nologin\n"
WEB = """[Unit]
DefaultDependencies=no
# Refers to it, so that what became of it is kept.
Before=hosier.service
[Service]
ExecStart=/usr/bin/python3 -m http.server 8000 --bind 127.0.0.1 --directory /usr/share/web
"""


class ServiceTest(TestCase):
    def setUp(self):
        super().setUp()
        files = os.path.join(self.directory, "files")
        for name in ("usr/bin", "usr/share/web", "etc/systemd/system", "root"):
            os.makedirs(os.path.join(files, name))
        shutil.copy(PROGRAM, os.path.join(files, "usr/bin/hosier"))
        shutil.copy(UNIT, os.path.join(files, "etc/systemd/system/hosier.service"))
        self.write(files, "usr/share/web/page", "hello")
        self.write(files, "etc/systemd/system/web.service", WEB)
        self.write(files, "root/secret", "")
        for name, line in (("passwd", USER), ("group", "hosier:x:64001:\n")):
            with open(os.path.join("/etc", name), encoding="utf-8") as file:
                kept = "".join(one for one in file if not one.startswith("hosier:"))
            self.write(files, f"etc/{name}", kept + line)
        self.system = SystemManager(self.directory, files)
        self.addCleanup(self.system.end)
        if not self.system.is_running:
            self.skipTest("a systemd of one's own is not to be had here")

    @staticmethod
    def write(directory, name, text):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text)

    def systemctl(self, *arguments):
        return self.system.run("systemctl", *arguments)

    def show(self, name):
        return self.systemctl("show", "--value", "--property", name, "hosier.service").stdout.strip()

    def fetch(self, login=""):
        return self.system.run("curl", "-sS", "-m", "10", "--noproxy", "", "-x", f"socks5h://{login}127.0.0.1:{PORT}",
                               "http://127.0.0.1:8000/page").stdout

    def status(self, process):
        """What the kernel says of the process."""
        return dict(re.findall(r"^(\w+):\s*(.*)$", self.system.run("cat", f"/proc/{process}/status").stdout, re.MULTILINE))

    def test_service_runs_as_its_unit_says(self):
        self.assertEqual(self.systemctl("start", "web.service").returncode, 0)
        started = self.systemctl("start", "hosier.service")
        self.assertEqual(started.returncode, 0, started.stderr)
        wait_until(lambda: self.fetch() == "hello", "a client to get its page")
        process = self.show("MainPID")
        self.assertEqual(self.show("NRestarts"), "0")

        status = self.status(process)
        self.assertEqual(status["Uid"].split(), ["64001"] * 4)
        self.assertEqual(status["Gid"].split(), ["64001"] * 4)
        self.assertEqual(int(status["CapBnd"], 16), 0)
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
        self.assert_is_confined(process)

        self.assertEqual(self.systemctl("reload", "hosier.service").returncode, 0)
        self.assertEqual(self.fetch(), "hello")
        self.assertEqual(self.show("MainPID"), process)
        self.assertEqual(self.systemctl("stop", "hosier.service").returncode, 0)
        self.assertEqual((self.show("ActiveState"), self.show("Result"), self.show("ExecMainCode"),
                          self.show("ExecMainStatus")), ("inactive", "success", "1", "0"))
        self.assertEqual(self.fetch(), "")

    def assert_is_confined(self, process):
        """By what its own view of the files lets even root do there."""
        def inside(*command):
            return self.system.run("nsenter", f"--target={process}", "--mount", "--", *command).returncode

        self.assertEqual(inside("test", "-r", "/usr/bin/hosier"), 0)
        self.assertEqual(inside("test", "-w", "/var/lib/hosier"), 0)
        for read_only in ("/usr/x", "/etc/x", "/var/x"):
            with self.subTest(read_only):
                self.assertNotEqual(inside("touch", read_only), 0)
        for hidden in ("/dev/kmsg", "/root/secret"):
            with self.subTest(hidden):
                self.assertEqual(self.system.run("test", "-e", hidden).returncode, 0)  # There it is, for others.
                self.assertNotEqual(inside("test", "-e", hidden), 0)

    def as_user(self, script, *arguments):
        """By the shell, with nothing of root's environment."""
        return self.system.run("setpriv", "--reuid=64001", "--regid=64001", "--clear-groups", "env", "-i", "-C", "/",
                               "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "sh", "-c", script, "sh", *arguments)

    def start_with_alice(self):
        """The service, which asks for a password: alice's is "secret"."""
        self.assertEqual(self.system.run("install", "-d", "-o", "64001", "-g", "64001", "-m", "0700",
                                         os.path.dirname(PROFILE)).returncode, 0)
        settings = profile(listener(PORT, authentication="password"), users=[user("alice", "secret")])
        self.assertEqual(self.as_user('umask 077; printf %s "$1" >"$2"', json.dumps(settings), PROFILE).returncode, 0)
        self.assertEqual(self.systemctl("start", "web.service", "hosier.service").returncode, 0)
        wait_until(lambda: self.fetch("alice:secret@") == "hello", "a client to get its page")

    def assert_another_password_holds(self, result):
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("the running instance uses it from now on", result.stdout)
        self.assertEqual(self.fetch("alice:another@"), "hello")
        self.assertEqual(self.fetch("alice:secret@"), "")

    def test_password_set_by_its_user_holds_at_once(self):
        self.start_with_alice()
        self.assert_another_password_holds(
            self.as_user('echo another | hosier --set-password alice --profile "$1"', PROFILE))
        result = self.as_user('hosier --headless --profile "$1"', PROFILE)
        self.assertEqual(result.returncode, 1)
        self.assertIn("already running", result.stderr)

    def set_password_as_root(self, owner_and_mode):
        self.assert_another_password_holds(
            self.system.run("env", "-C", "/", "sh", "-c", 'echo another | hosier --set-password alice --profile "$1"',
                            "sh", PROFILE))
        self.assertEqual(self.system.run("stat", "-c", "%u %a", PROFILE).stdout.strip(), owner_and_mode)
        # It has asked there, and left nothing.
        self.assertEqual(self.system.run("find", "/run/hosier", "-user", "root").stdout, "")

    def test_password_set_by_root_holds_at_once(self):
        self.start_with_alice()
        self.set_password_as_root("64001 600")
        self.assertEqual(self.systemctl("restart", "hosier.service").returncode, 0)
        wait_until(lambda: self.fetch("alice:another@") == "hello", "a client to get its page again")

    def test_password_set_by_root_in_a_file_that_root_has_written_holds_at_once(self):
        self.start_with_alice()
        self.assertEqual(self.system.run("chown", "root:root", PROFILE).returncode, 0)
        self.assertEqual(self.system.run("chmod", "0644", PROFILE).returncode, 0)
        self.set_password_as_root("0 644")

    def test_unit_has_no_mistakes_and_is_well_protected(self):
        for command in (("verify", "--man=no"), ("security", "--offline=true", "--threshold=20", "--no-pager")):
            with self.subTest(command[0]):
                result = self.system.run("systemd-analyze", *command, "/etc/systemd/system/hosier.service")
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_service_is_started_again_when_it_crashes(self):
        self.assertEqual(self.systemctl("start", "web.service", "hosier.service").returncode, 0)
        wait_until(lambda: self.fetch() == "hello", "a client to get its page")
        before = self.show("MainPID")
        self.assertEqual(self.system.run("kill", "-KILL", before).returncode, 0)
        wait_until(lambda: self.show("NRestarts") == "1", "another start")
        wait_until(lambda: self.fetch() == "hello", "a client to get its page again")
        self.assertNotEqual(self.show("MainPID"), before)


if __name__ == "__main__":
    unittest.main()
