# SPDX-License-Identifier: MIT
"""The system proxy against GNOME's own settings, on a session bus of its own, against KDE's file, and against the user's
service manager: however the program ends, they are what they were."""

import contextlib
import os
import shutil
import signal
import subprocess
import unittest

from desktop import is_open
from gnome import TOOLS, Gnome
from harness import PROGRAM, TestCase, becomes, free_port, listener, profile, wait_until
from usermanager import GENERATOR, RealManager, RecordedManager

PROTOCOLS = ["socks4", "socks5", "http"]


def children(pid):
    """Living processes whose parent is this one."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError):
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                state, parent = file.read().rsplit(")", 1)[1].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(entry))
    return found


def watchdogs(pid):
    """Those of its children. Tools that it runs are none, nor is what has yet to become one."""
    found = []
    for child in children(pid):
        with contextlib.suppress(OSError):
            with open(f"/proc/{child}/cmdline", "rb") as file:
                if any(argument.startswith(b"--system-proxy-watchdog=") for argument in file.read().split(b"\0")):
                    found.append(child)
    return found


def only_watchdog(pid):
    """Once no tool runs any more, and it is deaf to what might end it."""
    found = watchdogs(pid)
    return found[0] if len(found) == 1 and children(pid) == found and ignores(found[0], signal.SIGTERM) else None


def ignores(pid, number):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
            ignored = next(line.split()[1] for line in file if line.startswith("SigIgn:"))
        return bool(int(ignored, 16) >> (number - 1) & 1)
    return False


def is_alive(pid):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    return False


@unittest.skipUnless(all(map(shutil.which, TOOLS)), "needs " + ", ".join(TOOLS))
class SystemProxy(TestCase):
    def setUp(self):
        super().setUp()
        self.gnome = Gnome(self.directory)
        self.addCleanup(self.gnome.end)
        # What somebody might have set.
        self.gnome.set("", "mode", "'auto'")
        self.gnome.set("", "autoconfig-url", "'http://corporate.example/proxy.pac'")
        self.gnome.set(".http", "host", "'corporate.example'")
        self.gnome.set(".http", "port", "3128")
        self.before = self.gnome.settings()
        self.port = free_port()
        self.folder = os.path.join(self.gnome.environment["XDG_CONFIG_HOME"], "hosier")
        self.journal = os.path.join(self.folder, "system-proxy.json")

    def open(self, on=True, wait=True):
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, "hosier.ini"), "w", encoding="utf-8") as file:
            file.write(f"[systemProxy]\non={'true' if on else 'false'}\n")
        program = self.open_again()
        if on and wait:
            self.wait_until_set()
        return program

    def open_again(self):
        """With the setting as it is."""
        return self.start(profile(listener(protocols=PROTOCOLS)), headless=False, listen=f"127.0.0.1:{self.port}",
                          platform="offscreen", display=self.gnome.variables)

    def wait_until_set(self):
        wait_until(lambda: self.gnome.points_at(self.port), "the system proxy to be set")

    def wait_until_looked_at(self):
        """Once set, they are looked at, and the journal is written again."""
        stored = os.path.join(self.gnome.environment["XDG_CONFIG_HOME"], "dconf", "user")
        wait_until(lambda: os.stat(self.journal).st_mtime_ns > os.stat(stored).st_mtime_ns, "the second look")

    def wait_until_restored(self):
        wait_until(lambda: self.gnome.settings() == self.before, "the settings to be what they were")

    def watchdog(self, program):
        wait_until(lambda: only_watchdog(program.process.pid), "the watchdog")
        return watchdogs(program.process.pid)[0]

    def restore_command(self, program):
        result = program.command("--restore-system-proxy")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def test_set_as_long_as_it_runs(self):
        program = self.open()
        self.assertEqual(self.gnome.get(".https", "port"), str(self.port))
        self.assertEqual(self.gnome.get(".socks", "host"), "'127.0.0.1'")
        self.assertIn("'192.168.0.0/16'", self.gnome.get("", "ignore-hosts"))
        watchdog = self.watchdog(program)
        # It holds nothing of the program: its input, and nowhere to write to. It closes what it was given.
        wait_until(lambda: len(os.listdir(f"/proc/{watchdog}/fd")) <= 8, "few descriptors")
        wait_until(lambda: not [path for path in self.descriptors(watchdog) if path.startswith("socket:")], "no socket")
        os.kill(watchdog, signal.SIGHUP)
        os.kill(watchdog, signal.SIGTERM)
        self.assertEqual(program.command("--quit").returncode, 0)
        self.assertEqual(program.wait(), 0)
        # Before it ends, not some time later.
        self.assertEqual(self.gnome.settings(), self.before)
        self.assertFalse(os.path.exists(self.journal))
        wait_until(lambda: not is_alive(watchdog), "the watchdog to end")
        self.assertNotIn("hosier:", program.log())
        self.assertIn("nothing to restore", self.restore_command(program))

    def descriptors(self, pid):
        paths = []
        for entry in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                paths.append(os.readlink(f"/proc/{pid}/fd/{entry}"))
        return paths

    def test_restored_by_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                program = self.open()
                program.signal(number)
                self.assertEqual(program.wait(), 0)
                self.assertEqual(self.gnome.settings(), self.before)

    def test_restored_while_the_proxy_is_off(self):
        program = self.open()
        self.assertEqual(program.command("--toggle").returncode, 0)
        self.wait_until_restored()
        self.assertEqual(program.command("--toggle").returncode, 0)
        self.wait_until_set()

    def test_restored_at_once_when_it_is_killed(self):
        for number in (signal.SIGKILL, signal.SIGSEGV):
            with self.subTest(signal=number):
                program = self.open()
                watchdog = self.watchdog(program)
                program.signal(number)
                program.wait()
                self.wait_until_restored()
                wait_until(lambda pid=watchdog: not is_alive(pid), "the watchdog to end")
                self.assertFalse(os.path.exists(self.journal))

    def test_restored_by_the_next_start_when_the_watchdog_is_killed_too(self):
        program = self.open()
        watchdog = self.watchdog(program)
        os.kill(program.process.pid, signal.SIGSTOP)  # lest it starts another one
        os.kill(watchdog, signal.SIGKILL)
        program.signal(signal.SIGKILL)
        program.wait()
        self.assertTrue(self.gnome.points_at(self.port))
        again = self.open(on=False)
        self.wait_until_restored()
        self.assertIsNone(again.process.poll())

    def leave_it_set(self):
        """By a program that is killed, and its watchdog with it."""
        program = self.open()
        watchdog = self.watchdog(program)
        os.kill(program.process.pid, signal.SIGSTOP)
        os.kill(watchdog, signal.SIGKILL)
        program.signal(signal.SIGKILL)
        program.wait()
        self.assertTrue(self.gnome.points_at(self.port))
        return program

    def test_restored_by_a_start_that_has_no_profile_to_use(self):
        program = self.leave_it_set()
        with open(program.path, "w", encoding="utf-8") as file:
            file.write("{")
        again = subprocess.Popen([PROGRAM, "--profile", program.path], env={**program.environment,
                                                                            "QT_QPA_PLATFORM": "offscreen"})
        self.addCleanup(again.wait)
        self.addCleanup(again.kill)
        # It asks what to do; nobody has answered.
        self.wait_until_restored()
        self.assertIsNone(again.poll())

    def test_restored_by_a_start_without_an_interface(self):
        program = self.leave_it_set()
        again = subprocess.Popen([PROGRAM, "--profile", program.path, "--headless", "--listen", "127.0.0.1:0"],
                                 env=program.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(again.wait)
        self.addCleanup(again.kill)
        self.wait_until_restored()

    def slow_gsettings(self):
        """In front in PATH: the first time that the mode is to be set, it takes a second. The file that is there from
        then on."""
        tools = os.path.join(self.directory, "tools")
        begun = os.path.join(tools, "begun")
        os.makedirs(tools)
        path = os.path.join(tools, "gsettings")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""#!/bin/sh
if [ "$1 $2 $3" = "set org.gnome.system.proxy mode" ] && [ ! -e "{begun}" ]; then
    : >"{begun}"
    sleep 1
fi
exec "{shutil.which("gsettings")}" "$@"
""")
        os.chmod(path, 0o755)
        self.gnome.variables["PATH"] = tools + os.pathsep + os.environ["PATH"]
        return begun

    def test_nothing_is_set_by_a_tool_that_outlives_the_program(self):
        begun = self.slow_gsettings()
        program = self.open(wait=False)
        wait_until(lambda: os.path.exists(begun), "the mode to be set")
        program.signal(signal.SIGKILL)
        program.wait()
        wait_until(lambda: not os.path.exists(self.journal), "the journal to be done with")
        self.assertEqual(self.gnome.settings(), self.before)
        self.assertFalse(becomes(lambda: self.gnome.settings() != self.before, 3))

    def setting(self):
        with open(os.path.join(self.folder, "hosier.ini"), encoding="utf-8") as file:
            return [line.strip() for line in file if line.startswith("on=")]

    def test_foreign_changes_after_a_death_are_kept(self):
        for headless in (False, True):
            with self.subTest(headless=headless):
                told = self.leave_it_set().log().count("Somebody else has changed")
                self.gnome.set(".http", "host", "'theirs.example'")
                if headless:
                    again = self.start(headless=True, listen=f"127.0.0.1:{self.port}", display=self.gnome.variables)
                    again.listening_port()
                else:
                    again = self.open(wait=False)
                wait_until(lambda: self.setting() == ["on=false"], "the setting to be off")
                wait_until(lambda again=again, told=told: again.log().count("Somebody else has changed") > told,
                           "the log to say so")
                self.assertFalse(becomes(lambda: self.gnome.points_at(self.port), 1.5))
                self.assertEqual(self.gnome.get(".http", "host"), "'theirs.example'")
                self.assertEqual(self.setting(), ["on=false"])
                self.assertEqual(again.log().count("Somebody else has changed"), told + 1)
                self.assertEqual(again.command("--quit").returncode, 0)
                self.assertEqual(again.wait(), 0)
                self.gnome.set(".http", "host", "'corporate.example'")

    def test_foreign_changes_that_the_watchdog_met_are_kept(self):
        program = self.open()
        watchdog = self.watchdog(program)
        self.gnome.set(".http", "host", "'theirs.example'")
        program.signal(signal.SIGKILL)
        program.wait()
        wait_until(lambda: not is_alive(watchdog), "the watchdog to end")
        self.assert_given_way()

    def test_foreign_changes_that_the_command_met_are_kept(self):
        program = self.leave_it_set()
        self.gnome.set(".http", "host", "'theirs.example'")
        self.assertIn("somebody else has changed", self.restore_command(program))
        self.assert_given_way()

    def assert_given_way(self):
        self.assertFalse(os.path.exists(self.journal))
        self.assertEqual(self.setting(), ["on=false"])
        again = self.open_again()
        wait_until(lambda: is_open(self.port), "the listener")
        self.assertFalse(becomes(lambda: self.gnome.points_at(self.port), 1.5))
        self.assertEqual(self.gnome.get(".http", "host"), "'theirs.example'")
        self.assertIsNone(again.process.poll())

    def test_killed_watchdog_is_replaced(self):
        program = self.open()
        first = self.watchdog(program)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: [pid for pid in watchdogs(program.process.pid) if pid != first], "another watchdog")
        program.signal(signal.SIGKILL)
        program.wait()
        self.wait_until_restored()

    def test_restored_by_command(self):
        program = self.open()
        watchdog = self.watchdog(program)
        os.kill(program.process.pid, signal.SIGSTOP)
        os.kill(watchdog, signal.SIGKILL)
        # Also while it hangs.
        self.assertIn("restored", self.restore_command(program))
        self.assertEqual(self.gnome.settings(), self.before)
        program.signal(signal.SIGKILL)
        program.wait()
        self.assertIn("nothing", self.restore_command(program))

    def test_file_of_kde_is_restored_byte_for_byte(self):
        path = os.path.join(self.gnome.environment["XDG_CONFIG_HOME"], "kioslaverc")
        before = b"# mine\n[Proxy Settings]\nProxyType=2\nProxy Config Script=http://corporate.example/p.pac\n"

        def content():
            with open(path, "rb") as file:
                return file.read()

        with open(path, "wb") as file:
            file.write(before)
        self.gnome.variables["XDG_CURRENT_DESKTOP"] = "KDE"
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number):
                program = self.open(wait=False)
                wait_until(lambda: b"ProxyType=1\n" in content(), "KDE's file to be changed")
                self.assertIn(f"httpProxy=http://127.0.0.1 {self.port}\n".encode(), content())
                program.signal(number)
                program.wait()
                wait_until(lambda: content() == before, "KDE's file to be what it was")
        self.assertEqual(self.gnome.settings(), self.before)

    def test_restored_after_the_end_when_that_could_not(self):
        """A moment when nothing can be written, as with a disk that is full."""
        path = os.path.join(self.gnome.environment["XDG_CONFIG_HOME"], "kioslaverc")
        before = "[Proxy Settings]\nProxyType=2\nProxy Config Script=http://corporate.example/p.pac\n"

        def content():
            with open(path, encoding="utf-8") as file:
                return file.read()

        with open(path, "w", encoding="utf-8") as file:
            file.write(before)
        self.gnome.variables["XDG_CURRENT_DESKTOP"] = "KDE"
        program = self.open(wait=False)
        wait_until(lambda: "ProxyType=1\n" in content(), "KDE's file to be changed")
        watchdog = self.watchdog(program)
        os.rename(path, path + ".aside")
        os.mkdir(path)
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 0)
        os.rmdir(path)
        os.rename(path + ".aside", path)
        wait_until(lambda: content() == before, "KDE's file to be what it was")
        wait_until(lambda: not is_alive(watchdog), "the watchdog to end")
        self.assertFalse(os.path.exists(self.journal))

    def test_foreign_changes_are_kept(self):
        program = self.open()
        self.wait_until_looked_at()
        self.gnome.set("", "mode", "'none'")
        self.assertEqual(program.command("--quit").returncode, 0)
        self.assertEqual(program.wait(), 0)
        self.assertEqual(self.gnome.get("", "mode"), "'none'")
        self.assertEqual(self.gnome.get(".http", "host"), "'corporate.example'")
        self.assertIn("Somebody else has changed", program.log())
        self.assertFalse(os.path.exists(self.journal))


class EnvironmentVariables(TestCase):
    """On a desktop without proxy settings."""

    RELOAD = "--user daemon-reload"

    def use(self, manager):
        self.addCleanup(manager.end)
        self.manager = manager
        self.port = free_port()
        configuration = manager.environment["XDG_CONFIG_HOME"]
        self.folder = os.path.join(configuration, "hosier")
        self.journal = os.path.join(self.folder, "system-proxy.json")
        self.path = os.path.join(configuration, "environment.d", "90-hosier-proxy.conf")
        return manager

    def open(self):
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, "hosier.ini"), "w", encoding="utf-8") as file:
            file.write("[systemProxy]\non=true\n")
        program = self.start(profile(listener(protocols=PROTOCOLS)), headless=False, listen=f"127.0.0.1:{self.port}",
                             platform="offscreen", display=self.manager.variables)
        wait_until(lambda: self.content() and f"127.0.0.1:{self.port}" in self.content(), "the file")
        return program

    def open_recorded(self):
        """With the manager having been asked, once, and the file looked at after that: then the journal is written again."""
        count = len(self.manager.asked())
        program = self.open()
        wait_until(lambda: self.manager.asked()[count:] == [self.RELOAD], "the reload")
        wait_until(lambda: os.stat(self.journal).st_mtime_ns >= os.stat(self.manager.log).st_mtime_ns, "the second look")
        return program

    def content(self):
        with contextlib.suppress(FileNotFoundError):
            with open(self.path, encoding="utf-8") as file:
                return file.read()
        return None

    def expected(self):
        socks, http = f"socks5h://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port}"
        upper = {"ALL_PROXY": socks, "HTTP_PROXY": http, "HTTPS_PROXY": http}
        return upper | {name.lower(): value for name, value in upper.items()}

    def assert_given(self):
        given = self.manager.given()
        exceptions = given.pop("NO_PROXY", None)
        self.assertEqual(given.pop("no_proxy", None), exceptions)
        self.assertEqual(exceptions, "localhost,127.0.0.0/8,127.0.0.1,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,"
                                     "169.254.0.0/16,fc00::/7,fe80::/10,.local")
        self.assertEqual(given, self.expected())

    def wait_until_restored(self, before=None):
        wait_until(lambda: not os.path.exists(self.journal), "the journal to be done with")
        self.assertEqual(self.content(), before)

    def test_taken_back_however_it_ends(self):
        manager = self.use(RecordedManager(self.directory))
        for count, number in enumerate((signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV), 1):
            with self.subTest(signal=number):
                program = self.open_recorded()
                if os.path.exists(GENERATOR):
                    self.assert_given()
                program.signal(number)
                program.wait()
                self.wait_until_restored()
                self.assertEqual(manager.asked(), [self.RELOAD] * (2 * count))
                self.assertEqual(manager.given(), {})

    def test_taken_back_by_command(self):
        manager = self.use(RecordedManager(self.directory))
        program = self.open_recorded()
        wait_until(lambda: only_watchdog(program.process.pid), "systemctl to end, and not the watchdog")
        watchdog = watchdogs(program.process.pid)[0]
        os.kill(program.process.pid, signal.SIGSTOP)
        os.kill(watchdog, signal.SIGKILL)
        result = program.command("--restore-system-proxy")
        self.assertEqual((result.returncode, result.stdout), (0, "system proxy restored\n"))
        self.wait_until_restored()
        self.assertEqual(manager.asked(), [self.RELOAD] * 2)
        program.signal(signal.SIGKILL)
        program.wait()
        self.assertIn("nothing", program.command("--restore-system-proxy").stdout)

    def test_foreign_files_are_kept(self):
        self.use(RecordedManager(self.directory))
        os.makedirs(os.path.dirname(self.path))
        before = "# mine\nHTTP_PROXY=http://corporate.example:3128\n"
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(before)
        program = self.open_recorded()
        program.signal(signal.SIGKILL)
        program.wait()
        self.wait_until_restored(before)
        program = self.open_recorded()
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("A=b\n")
        self.assertEqual(program.command("--quit").returncode, 0)
        self.assertEqual(program.wait(), 0)
        self.wait_until_restored("A=b\n")
        self.assertIn("Somebody else has changed", program.log())

    def test_reach_what_the_manager_starts(self):
        manager = self.use(RealManager(self.directory))
        if not manager.is_running:
            self.skipTest("systemd --user does not run here")
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number):
                self.assertEqual(manager.given(), {})
                program = self.open()
                wait_until(manager.given, "the variables")
                self.assert_given()
                program.signal(number)
                program.wait()
                self.wait_until_restored()
                self.assertEqual(manager.given(), {})


if __name__ == "__main__":
    unittest.main()
