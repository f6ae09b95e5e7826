# SPDX-License-Identifier: MIT
"""The command line: what is told to a running instance, and what needs none."""

import json
import os
import pty
import subprocess
import termios
import unittest

from desktop import is_open
from harness import (HELLO_HASH, PROGRAM, PATIENCE, Curl, WebTestCase, clean_environment, free_port, listener, profile,
                     wait_until)


class Commands(WebTestCase):
    def run_program(self, *arguments, **more):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False,
                              env=clean_environment(self.directory), **more)

    def wait_until_refused(self, port):
        """The listeners close, and open, a moment after the answer."""
        wait_until(lambda: Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/")).wait() == 7,
                   "new connections to be refused")

    def test_toggle_closes_and_opens_the_listeners(self):
        program = self.start(profile())
        port = program.listening_port()
        curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        result = program.command("--toggle")
        self.assertEqual((result.returncode, result.stdout), (0, "proxy off\n"))
        self.wait_until_refused(port)
        result = program.command("--toggle")
        self.assertEqual((result.returncode, result.stdout), (0, "proxy on\n"))
        port = program.listening_port()  # Told to take any, it may take another.
        self.assert_fetches(f"socks5h://127.0.0.1:{port}", self.web.url("/"), HELLO_HASH)
        self.web.open_gate()
        self.assertEqual(curl.wait(), 0)  # Neither touched what was open.

    def test_quit(self):
        program = self.start(profile())
        program.listening_port()
        self.assertEqual(program.command("--quit").returncode, 0)
        self.assertEqual(program.wait(), 0)

    def test_show_needs_an_interface(self):
        program = self.start(profile())
        program.listening_port()
        result = program.command("--show")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no interface", result.stderr)

    def test_nobody_running(self):
        for command in ("--show", "--toggle", "--quit"):
            result = self.run_program(command)
            self.assertEqual(result.returncode, 1)
            self.assertIn("no running instance", result.stderr)

    def test_second_start_with_the_same_profile(self):
        program = self.start(profile())
        program.listening_port()
        result = program.command("--headless", "--listen", "127.0.0.1:0")
        self.assertEqual(result.returncode, 1)
        self.assertIn("already running", result.stderr)

    def test_check(self):
        path = os.path.join(self.directory, "p.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(profile(), file)
        result = self.run_program("--check", "--profile", path)
        self.assertEqual((result.returncode, result.stdout), (0, "profile is valid\n"))
        with open(path, "w", encoding="utf-8") as file:
            json.dump(profile(listener(port=70000, colour="red"), defaultAction="maybe"), file)
        result = self.run_program("--check", "--profile", path)
        self.assertEqual(result.returncode, 1)
        paths = [line.split(": ")[0] for line in result.stdout.splitlines()]
        self.assertEqual(sorted(paths), ["$.defaultAction", "$.listeners[0].colour", "$.listeners[0].port"])
        self.assertEqual(self.run_program("--check").returncode, 0)  # the built-in profile

    def test_password_is_typed_while_others_save(self):
        path = os.path.join(self.directory, "p.json")
        told = os.path.join(self.directory, "told")

        def save(settings):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(settings, file)

        def type_at(prompt):
            def is_asking():
                with open(told, encoding="utf-8") as file:
                    # What is typed before the echo is off is thrown away.
                    return file.read().endswith(prompt) and not termios.tcgetattr(terminal)[3] & termios.ECHO

            wait_until(is_asking, prompt)
            os.write(terminal, b"secret\n")

        terminal, far_end = pty.openpty()
        self.addCleanup(os.close, terminal)
        self.addCleanup(os.close, far_end)
        save(profile())
        with open(told, "wb") as log:
            command = subprocess.Popen([PROGRAM, "--set-password", "alice", "--profile", path], stdin=far_end,
                                       stdout=subprocess.DEVNULL, stderr=log, env=clean_environment(self.directory))
        self.addCleanup(command.wait)
        self.addCleanup(command.kill)
        type_at("Password for alice: ")
        save(profile(mode="direct"))
        type_at("Once more: ")
        self.assertEqual(command.wait(timeout=PATIENCE), 0)
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
        self.assertEqual((saved["mode"], [one["name"] for one in saved["users"]]), ("direct", ["alice"]))

    def test_wrong_command_line(self):
        result = self.run_program("--headles")
        self.assertEqual(result.returncode, 2)
        self.assertIn("headles", result.stderr)

    def test_listen_does_not_open_the_proxy_to_the_network(self):
        result = self.run_program("--headless", "--listen", "0.0.0.0:0")
        self.assertEqual(result.returncode, 1)
        self.assertIn("whoever can reach", result.stderr)

    def test_no_display(self):
        result = self.run_program()
        self.assertEqual(result.returncode, 1)
        self.assertIn("--headless", result.stderr)

    def test_help_and_version(self):
        self.assertIn("--set-password", self.run_program("--help").stdout)
        self.assertRegex(self.run_program("--version").stdout, r"\Ahosier \d+\.\d+\.\d+\n\Z")

    def test_desktop_instance_takes_every_command(self):
        port = free_port()
        program = self.start(profile(listener(port)), headless=False, listen=None, platform="offscreen")
        proxy = f"socks5h://127.0.0.1:{port}"
        wait_until(lambda: is_open(port), "the listener")
        self.assert_fetches(proxy, self.web.url("/"), HELLO_HASH)
        second = program.command()  # shows the first one's window and ends
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(program.command("--show").returncode, 0)
        self.assertEqual(program.command("--toggle").stdout, "proxy off\n")
        self.wait_until_refused(port)
        self.assertEqual(program.command("--toggle").stdout, "proxy on\n")
        wait_until(lambda: is_open(port), "the listener to open again")
        self.assert_fetches(proxy, self.web.url("/"), HELLO_HASH)
        self.assertEqual(program.command("--quit").returncode, 0)
        self.assertEqual(program.wait(), 0)


if __name__ == "__main__":
    unittest.main()
