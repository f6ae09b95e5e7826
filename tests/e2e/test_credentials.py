# SPDX-License-Identifier: MIT
"""Passwords of servers in the system's credential store: a real keyring on a bus of the test's own."""

import json
import os
import signal
import subprocess
import time
import unittest

from harness import HELLO_HASH, PROGRAM, PATIENCE, Curl, clean_environment, free_port, listener, profile, wait_until
from secretservice import Session
from test_upstream import Upstream

SECRET = "open-sesame"


class Credentials(Upstream):
    def begin_session(self, **more):
        session = Session(**more)
        self.addCleanup(session.end)
        return session

    def settings(self, **more):
        """A profile with one server, microsocks, which wants a password that stands nowhere in it."""
        port = self.microsocks("-u", "bob", "-P", SECRET)
        server = {"id": "office", "protocol": "socks5", "host": "127.0.0.1", "port": port, "username": "bob", **more}
        return profile(servers=[server], defaultAction="proxy:office")

    def run_program(self, session, *arguments, **more):
        """A short start of the program with the profile of the test."""
        return subprocess.run([PROGRAM, "--profile", self.path, *arguments], capture_output=True, text=True,
                              env={**clean_environment(self.directory), **(session.environment if session else {})},
                              timeout=PATIENCE, check=False, **more)

    def write_settings(self, settings, name="profile.json"):
        self.path = self.write(name, json.dumps(settings))

    def set_password(self, session, password=SECRET):
        return self.run_program(session, "--set-password", "office", input=password + "\n")

    def go(self, session, *arguments, **more):
        program = self.start(None, *arguments, session=session and session.environment, **more)
        self.port = program.listening_port()
        return program

    def wait_until_logged_in(self):
        """The start waits for the store for a moment only, which a machine that is busy may take longer for."""
        wait_until(lambda: self.fetch() == 0, "a login that succeeds")

    def assert_not_told(self, *texts):
        for text in texts:
            self.assertNotIn(SECRET, text)

    def test_password_is_kept_used_and_gone(self):
        session = self.begin_session()
        self.write_settings(self.settings())
        with open(self.path, encoding="utf-8") as file:
            before = file.read()
        result = self.set_password(session)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("credential store", result.stdout)
        with open(self.path, encoding="utf-8") as file:
            self.assertEqual(file.read(), before)
        key = f"office ({os.path.realpath(self.path)})"
        found = session.tool("search", "--all", "server", "hosier")
        self.assertIn(f"attribute.user = {key}", found.stdout + found.stderr)

        program = self.go(session, "--log-level", "debug")
        self.wait_until_logged_in()
        with open(f"/proc/{program.process.pid}/cmdline", encoding="utf-8") as file:
            self.assert_not_told(result.stdout, result.stderr, program.log(), file.read())

        self.assertEqual(session.tool("clear", "server", "hosier", "user", key).returncode, 0)
        program.signal(signal.SIGHUP)
        wait_until(lambda: self.fetch() != 0, "a login that fails")
        self.assertEqual(self.curl.process.returncode, 97)
        program.wait_for_log("login")
        self.assert_not_told(program.log())

        self.assertEqual(self.set_password(session).returncode, 0)
        program.signal(signal.SIGHUP)
        self.wait_until_logged_in()

    def test_check_server_knows_the_password(self):
        session = self.begin_session()
        self.write_settings(self.settings())
        target = f"127.0.0.1:{self.web.port}"
        result = self.run_program(session, "--check-server", "office", target)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertEqual(self.set_password(session).returncode, 0)
        result = self.run_program(session, "--check-server", "office", target)
        self.assertIn("target reached", result.stdout)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_profiles_do_not_mix(self):
        session = self.begin_session()
        settings = self.settings()
        self.write_settings(settings, "other.json")
        self.assertEqual(self.set_password(session, "another").returncode, 0)
        self.write_settings(settings)
        self.assertEqual(self.set_password(session).returncode, 0)
        self.go(session)
        self.wait_until_logged_in()

    def test_desktop_program(self):
        session = self.begin_session()
        settings = self.settings()
        self.port = settings["listeners"][0]["port"] = free_port()
        self.write_settings(settings)
        self.assertEqual(self.set_password(session).returncode, 0)
        self.start(None, headless=False, listen=None, platform="offscreen", session=session.environment)
        # The listener opens once the password is known: the first connection that is let in succeeds.
        wait_until(lambda: self.fetch() != 7, "the listener")
        self.assertEqual(self.curl.process.returncode, 0, self.curl.error)

    def test_slow_store_delays_the_start_for_a_moment_only(self):
        session = self.begin_session()
        self.write_settings(self.settings())
        self.assertEqual(self.set_password(session).returncode, 0)
        session.keyring.send_signal(signal.SIGSTOP)
        begin = time.monotonic()
        self.go(session)
        self.assertGreater(time.monotonic() - begin, 2)
        self.assertEqual(self.fetch(), 97)
        session.keyring.send_signal(signal.SIGCONT)
        self.wait_until_logged_in()

    def test_locked_keyring(self):
        session = self.begin_session()
        self.write_settings(self.settings())
        self.assertEqual(self.set_password(session).returncode, 0)
        session.lock()
        program = self.go(session)
        program.wait_for_log("server office: its password is not known: the credential store gives no access: "
                             "the keyring is locked")
        self.assertEqual(self.fetch(), 97)
        self.assert_not_told(program.log())

    def test_end_of_the_bus_is_not_ours(self):
        session = self.begin_session()
        settings = self.settings()
        self.write_settings(settings)
        self.assertEqual(self.set_password(session).returncode, 0)
        program = self.go(session)
        self.wait_until_logged_in()
        session.bus.kill()
        session.bus.wait(PATIENCE)
        session.keyring.wait(PATIENCE)  # It ends with its bus, and so could we have.
        settings["listeners"].append(listener(free_port(), name="Another"))
        self.write_settings(settings)
        program.signal(signal.SIGHUP)
        program.listening_port()  # The profile is read again, and the password that is known stays.
        self.assertEqual(self.fetch(), 0, self.curl.error)
        self.assertIsNone(program.process.poll())

    def test_no_bus(self):
        self.write_settings(self.settings())
        self.assert_refused(None, "no D-Bus")
        begin = time.monotonic()
        program = self.go(None)
        self.assertLess(time.monotonic() - begin, PATIENCE)
        program.wait_for_log("server office: its password is not known: there is no credential store")
        self.assertEqual(self.fetch(), 97)

    def test_bus_without_a_store(self):
        session = self.begin_session(has_keyring=False)
        self.write_settings(self.settings())
        self.assert_refused(session, "neither a Secret Service nor KWallet")
        program = self.go(session)
        program.wait_for_log("neither a Secret Service nor KWallet")

    def test_bus_that_is_gone(self):
        session = self.begin_session(has_keyring=False)
        session.bus.kill()
        session.bus.wait(PATIENCE)
        self.write_settings(self.settings())
        self.assert_refused(session, "cannot be reached")

    def assert_refused(self, session, reason):
        result = self.set_password(session)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertIn(reason, result.stderr)
        self.assertIn('"passwordFile" of the server "office"', result.stderr)

    def test_servers_that_have_no_use_for_it(self):
        session = self.begin_session()
        for more, reason in (({"passwordFile": "/nowhere"}, "/nowhere"), ({"username": ""}, "username"),
                             ({"protocol": "socks4"}, "SOCKS4")):
            with self.subTest(reason=reason):
                self.write_settings(self.settings(**more))
                result = self.set_password(session)
                self.assertEqual(result.returncode, 1)
                self.assertIn(reason, result.stderr)
        self.write_settings(self.settings())
        result = self.set_password(session, "")
        self.assertEqual(result.returncode, 1)
        self.assertIn("empty", result.stderr)

    def test_file_goes_before_the_store(self):
        session = self.begin_session()
        settings = self.settings()
        self.write_settings(settings)
        self.assertEqual(self.set_password(session, "wrong").returncode, 0)
        settings["servers"][0]["passwordFile"] = self.write("password", SECRET + "\n")
        self.write_settings(settings)
        self.go(session)
        self.assertEqual(self.fetch(), 0, self.curl.error)


if __name__ == "__main__":
    unittest.main()
