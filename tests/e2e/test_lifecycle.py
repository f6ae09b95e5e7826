# SPDX-License-Identifier: MIT
"""Starting, stopping, reloading, and what goes wrong in between."""

import contextlib
import json
import os
import re
import signal
import socket
import time
import unittest

from desktop import is_open
from harness import (HELLO_HASH, PATIENCE, Curl, WebTestCase, becomes, free_port, listener, profile, socks5,
                     user, wait_until)

WINDOW_PATIENCE = 15  # seconds that a start waits which somebody expects a window of; app/singleinstance.h
LONGER = 2  # seconds


class Stopping(WebTestCase):
    def test_sigterm_lets_transfers_finish(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                self.web.close_gate()
                program = self.start(profile(limits={"drainTimeoutSeconds": 60}))
                port = program.listening_port()
                curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
                self.web.wait_for_halfway()
                program.signal(number)
                wait_until(lambda: Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/")).wait() == 7,
                           "new connections to be refused")
                self.assertIsNone(program.process.poll())
                self.web.open_gate()
                self.assertEqual(curl.wait(), 0, curl.error.decode())
                self.assertEqual(curl.hash.hexdigest(), self.web.gated_hash)
                self.assertEqual(program.wait(), 0)

    def test_transfers_that_do_not_finish_are_ended(self):
        program = self.start(profile(limits={"drainTimeoutSeconds": 0.3}))
        port = program.listening_port()
        curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 0)
        self.assertIn(curl.wait(), (18, 56))  # partial file, or reset

    def test_second_signal_ends_at_once(self):
        program = self.start(profile(limits={"drainTimeoutSeconds": 600}))
        port = program.listening_port()
        curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        program.signal(signal.SIGTERM)
        # Two signals at once are one.
        wait_until(lambda: Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/")).wait() == 7,
                   "new connections to be refused")
        self.assertIsNone(program.process.poll())
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 128 + signal.SIGTERM)
        curl.wait()

    def test_start_while_the_last_one_ends_takes_its_place(self):
        for arguments in (["--headless"], [], ["--minimized"]):
            with self.subTest(arguments=arguments):
                self.web.close_gate()
                port = free_port()
                how = {"headless": False, "listen": f"127.0.0.1:{port}",
                       "platform": None if "--headless" in arguments else "offscreen"}
                first = self.start(profile(limits={"drainTimeoutSeconds": 60}), *arguments, **how)
                wait_until(lambda port=port: is_open(port), "the listener")
                curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
                self.web.wait_for_halfway()
                self.assertEqual(first.command("--quit").returncode, 0)
                self.assertIn("about to end", first.command("--show").stderr)
                second = self.start(None, *arguments, **how)
                second.wait_for_log("is about to end; waiting for that")
                self.web.open_gate()
                self.assertEqual(curl.wait(), 0)
                self.assertEqual(first.wait(), 0)
                wait_until(lambda port=port: is_open(port), "the listener of the second")
                self.assertIsNone(second.process.poll())
                self.assertEqual(second.command("--quit").returncode, 0)
                self.assertEqual(second.wait(), 0)
                os.unlink(second.log_path)

    def test_minimised_start_waits_for_longer_than_one_with_a_window(self):
        self.web.close_gate()
        port = free_port()
        how = {"headless": False, "listen": f"127.0.0.1:{port}", "platform": "offscreen"}
        first = self.start(profile(limits={"drainTimeoutSeconds": 60}), "--minimized", **how)
        wait_until(lambda: is_open(port), "the listener")
        curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        self.assertEqual(first.command("--quit").returncode, 0)
        second = self.start(None, "--minimized", **how)
        second.wait_for_log("is about to end; waiting for that")
        self.assertFalse(becomes(lambda: second.process.poll() is not None, WINDOW_PATIENCE + LONGER))
        self.web.open_gate()
        self.assertEqual(curl.wait(), 0)
        self.assertEqual(first.wait(), 0)
        wait_until(lambda: is_open(port), "the listener of the second")
        self.assertEqual(second.command("--quit").returncode, 0)
        self.assertEqual(second.wait(), 0)

    def test_stops_when_idle(self):
        program = self.start(profile(limits={"drainTimeoutSeconds": 600}))
        program.listening_port()
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 0)  # long before that
        self.assertEqual(program.log(), "")  # Nothing to warn of.

    def test_killed_program_starts_again_on_the_same_port(self):
        program = self.start(profile(), listen=f"127.0.0.1:{free_port()}")
        port = program.listening_port()
        curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        program.process.kill()
        program.wait()
        again = self.start(None, listen=f"127.0.0.1:{port}")
        self.assertEqual(again.listening_port(), port)
        self.assert_fetches(f"socks5h://127.0.0.1:{port}", self.web.url("/"), HELLO_HASH)
        self.assertNotEqual(curl.wait(), 0)


class Crashing(WebTestCase):
    def test_crash_leaves_a_note_that_the_next_start_names(self):
        program = self.start(profile())
        program.listening_port()
        program.signal(signal.SIGSEGV)
        self.assertEqual(program.wait(), -signal.SIGSEGV)
        self.assertEqual(program.log(), "")
        again = self.start(None)
        again.listening_port()
        told = re.fullmatch("hosier: the last run ended by a crash, see (.*)\n", again.log())
        self.assertTrue(told, again.log())
        with open(told.group(1), encoding="utf-8") as note:
            self.assertIn(", SIGSEGV\n", note.read())


class Reloading(WebTestCase):
    def test_allowed_transfer_goes_on_and_another_ends(self):
        second = listener(free_port(), name="Second")
        program = self.start(profile(listener(), second))
        ports = {program.listening_port(), program.listening_port()}
        self.assertIn(second["port"], ports)
        kept_port = (ports - {second["port"]}).pop()
        kept = Curl(f"socks5h://127.0.0.1:{kept_port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        ended = Curl(f"socks5h://127.0.0.1:{second['port']}", self.web.url("/gated"))
        self.web.wait_for_halfway()

        program.write_profile(profile(listener(), {**second, "clients": ["192.0.2.0/24"]}))
        program.signal(signal.SIGHUP)
        self.assertIn(ended.wait(), (18, 56))
        self.assertIsNone(kept.process.poll())
        self.web.open_gate()
        self.assertEqual(kept.wait(), 0, kept.error.decode())
        self.assertEqual(kept.hash.hexdigest(), self.web.gated_hash)
        self.assert_fetches(f"socks5h://127.0.0.1:{kept_port}", self.web.url("/"), HELLO_HASH)
        self.assertNotEqual(Curl(f"socks5h://127.0.0.1:{second['port']}", self.web.url("/")).wait(), 0)

    def test_removed_user_is_logged_out(self):
        users = [user("alice", "secret"), user("bob", "secret")]
        program = self.start(profile(listener(authentication="password"), users=users))
        port = program.listening_port()
        ended = Curl(f"socks5h://alice:secret@127.0.0.1:{port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        program.write_profile(profile(listener(authentication="password"), users=users[1:]))
        program.signal(signal.SIGHUP)
        self.assertIn(ended.wait(), (18, 56))
        self.assertEqual(Curl(f"socks5h://alice:secret@127.0.0.1:{port}", self.web.url("/")).wait(), 97)
        self.assert_fetches(f"socks5h://bob:secret@127.0.0.1:{port}", self.web.url("/"), HELLO_HASH)

    def test_bad_profile_leaves_the_running_one(self):
        program = self.start(profile())
        port = program.listening_port()
        curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated"))
        self.web.wait_for_halfway()
        program.write_profile(profile(listener(port=0), listener(address="nowhere")))
        program.signal(signal.SIGHUP)
        program.wait_for_log("$.listeners[0].port: ")
        program.wait_for_log("$.listeners[1].address: ")
        os.unlink(program.path)
        program.signal(signal.SIGHUP)
        program.wait_for_log("cannot read")
        self.web.open_gate()
        self.assertEqual(curl.wait(), 0)
        self.assert_fetches(f"socks5h://127.0.0.1:{port}", self.web.url("/"), HELLO_HASH)


    def test_broken_profile_at_the_start_tells_of_its_backup(self):
        for backup, is_told in ((json.dumps(profile()), True), ("{", False), (None, False)):
            with self.subTest(backup=backup):
                path = os.path.join(self.directory, "profile.json.bak")
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
                if backup is not None:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(backup)
                program = self.start("{")
                self.assertNotEqual(program.wait(), 0)
                self.assertEqual(program.log().count(path), int(is_told), program.log())
                os.unlink(program.log_path)


class Trouble(WebTestCase):
    def test_address_in_use_names_the_holder(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            for count, level in enumerate(("debug", "error"), 1):
                with self.subTest(level=level):
                    program = self.start(profile(), "--log-level", level, listen=f"127.0.0.1:{port}")
                    self.assertNotEqual(program.wait(), 0)
                    failures = [line for line in program.log().splitlines() if "Cannot listen on" in line]
                    self.assertEqual(len(failures), count)
                    self.assertIn(f"127.0.0.1:{port}", failures[-1])
                    self.assertIn(str(os.getpid()), failures[-1])
                    self.assertTrue(program.lines.empty())

    def test_one_address_in_use_leaves_the_other(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            taken = holder.getsockname()[1]
            program = self.start(profile(listener(), listener(taken, name="Taken")))
            port = program.listening_port()
            program.wait_for_log(str(os.getpid()))
            self.assert_fetches(f"socks5h://127.0.0.1:{port}", self.web.url("/"), HELLO_HASH)
            self.assertEqual(program.log().count("Taken"), 1, program.log())

    def test_failure_beside_a_listener_of_the_same_name_is_logged_once(self):
        with socket.socket() as holder, socket.socket() as later:
            for taken in (holder, later):
                taken.bind(("127.0.0.1", 0))
                taken.listen()
            failing = listener(holder.getsockname()[1])
            program = self.start(profile(listener(), failing))
            program.listening_port()
            place = f"127.0.0.1:{failing['port']} "
            program.wait_for_log(place)
            # Who has the ports is found out one after the other.
            program.write_profile(profile(listener(), failing, listener(later.getsockname()[1], name="Later")))
            program.signal(signal.SIGHUP)
            program.wait_for_log("(Later)")
            self.assertEqual(program.log().count(place), 1, program.log())

    def test_survives_running_out_of_descriptors(self):
        def serve(connection):
            while connection.recv(1000):
                pass

        server = self.serve(serve)
        program = self.start(profile(), descriptors=160)
        port = program.listening_port()
        with socks5(port, server.port) as early:
            crowd = []
            for _ in range(400):
                connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
                connection.sendall(b"\x05\x01\x00")
                crowd.append(connection)
            time.sleep(1.0)  # Long enough to run out and to try again a few times.
            self.assertIsNone(program.process.poll())
            early.sendall(b"still there")
            for connection in crowd:
                connection.close()
        deadline = time.monotonic() + PATIENCE
        while (curl := Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/"))).wait() != 0:
            self.assertLess(time.monotonic(), deadline, curl.error.decode())
            time.sleep(0.1)
        self.assertEqual(curl.hash.hexdigest(), HELLO_HASH)
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 0)

    def test_closed_output_is_no_reason_to_die(self):
        reading, writing = os.pipe()
        program = self.start(profile(), output=writing)
        os.close(writing)
        self.assertIn(b"listening on", os.read(reading, 1000))
        os.close(reading)
        for _ in range(4):
            self.assertEqual(program.command("--toggle").returncode, 0)
        self.assertIsNone(program.process.poll())
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 0)

    def test_names_from_clients_forge_no_log_lines(self):
        program = self.start(profile(), "--log-level", "debug")
        port = program.listening_port()
        name = b"a\n2026-01-01 forged\x1b[31m"
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
            client.sendall(b"\x04\x01\x00\x50\x00\x00\x00\x01\x00" + name + b"\x00")
            client.settimeout(PATIENCE)
            client.recv(8)
        program.wait_for_log("does not speak")  # Such a name is none.
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 0)
        self.assertFalse([line for line in program.log().splitlines() if line.startswith("2026-01-01")])
        self.assertNotIn("\x1b", program.log())


if __name__ == "__main__":
    unittest.main()
