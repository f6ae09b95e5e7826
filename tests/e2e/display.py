# SPDX-License-Identifier: MIT
"""The desktop program under a window manager and a real tray: clicked, typed at, closed and killed."""

import contextlib
import os
import shutil
import signal
import threading
import unittest

from desktop import held_port, is_open
from displaycase import SIZE_LIMIT, DisplayTestCase
from gnome import TOOLS as GNOME_TOOLS
from gnome import Gnome
from harness import PATIENCE, Curl, free_port, listener, profile, socks5_request, wait_until
from localnetwork import LocalNetwork


def profile_text(application):
    with open(application.program.path, encoding="utf-8") as file:
        return file.read()


class DisplayTest(DisplayTestCase):
    def test_window_shows_live_connections(self):
        application = self.open()
        empty = self.still(lambda: self.table(application))
        self.connect(application)
        wait_until(lambda: self.table(application) != empty, "the table to show something")
        self.photograph("live")
        # What a person would do to tell somebody else: filter, take the row, copy, paste. The name of the file that
        # is saved is the text that was pasted.
        target = f"127.0.0.1:{self.echo.port}"
        self.desktop.activate(application.window)
        self.desktop.key("ctrl+f")
        self.desktop.type(target)
        self.desktop.key("Return", "space", "ctrl+shift+c")
        self.assertEqual(os.path.basename(application.save_log(self.saved, None)), target)
        self.assert_works(application)

    def test_proxy_is_switched_in_the_menu_of_the_tray(self):
        application = self.open()
        before = self.connect(application)
        on_picture = application.icon_picture()
        for by_key in (False, True, False):
            with self.subTest(by_key=by_key):
                application.choose("Proxy on", by_key)
                wait_until(lambda: not is_open(application.port), "the listener to close")
                application.wait_for_title("Proxy off")
                self.assertEqual(Curl(application.proxy, self.url).wait(), 7)
                wait_until(lambda: application.icon_picture() != on_picture, "another icon")
                self.assert_echoes(before)  # Open connections go on.
                self.photograph("off")

                application.choose("Proxy on", by_key)
                wait_until(lambda: is_open(application.port), "the listener to open")
                application.wait_for_title("Proxy on")
                self.assert_works(application)
                wait_until(lambda: application.icon_picture() == on_picture, "the first icon")
                self.assert_echoes(before)

    def test_window_is_hidden_and_shown_from_the_tray(self):
        application = self.open()
        for by_key in (False, True):
            with self.subTest(by_key=by_key):
                application.choose("Show/Hide", by_key)
                application.wait_until_hidden()
                self.assert_works(application)
                application.choose("Show/Hide", by_key)
                application.wait_until_shown()
        application.click_icon()
        application.wait_until_hidden()
        application.click_icon()
        application.wait_until_shown()

    def test_log_in_its_own_window_stays_above_the_main_one(self):
        def logs():
            return self.desktop.search("--onlyvisible", "--all", "--pid", application.pid, "--name", "^Log - Hosier$")

        application = self.open()
        self.desktop.key("ctrl+shift+l")
        wait_until(logs, "the log in its own window")
        log = logs()[0]
        wait_until(lambda: self.desktop.is_above(log, application.window), "the log to be above")
        for _ in range(2):
            application.click_icon()
            application.wait_until_hidden()
            application.click_icon()
            application.wait_until_shown()
            wait_until(lambda: self.desktop.is_above(log, application.window), "the log to be above again")
        self.assertEqual(application.program.command("--quit").returncode, 0)
        self.assert_ends(application)

    def test_rule_is_made_and_switched_by_keyboard(self):
        application = self.open()
        self.assert_works(application)
        self.desktop.activate(application.window)
        self.desktop.key("alt+3", "ctrl+n")
        self.wait_for_dialog("New rule")
        self.desktop.type("No web")
        self.desktop.key("alt+a", "Down")
        self.photograph("dialog")
        self.desktop.key("Return")
        wait_until(lambda: self.desktop.active_window() == application.window, "the dialog to close")
        self.photograph("rule")
        wait_until(lambda: not application.fetches(self.url), "the rule to block")
        self.desktop.key("alt+3", "space")
        wait_until(lambda: application.fetches(self.url), "the rule to be off")
        self.wait_for_profile(application, "rules", [{"name": "No web", "enabled": False, "action": "block"}])

    def test_rule_is_made_from_a_connection(self):
        gate = threading.Event()
        self.addCleanup(gate.set)

        # A web server that does not answer, so that there is a connection to look at.
        target = f"127.0.0.1:{self.serve(lambda connection: gate.wait(PATIENCE)).port}"
        application = self.open()
        empty = self.still(lambda: self.table(application))
        first = Curl(application.proxy, f"http://{target}/")
        wait_until(lambda: self.table(application) != empty, "the table to show something")
        self.desktop.activate(application.window)
        self.desktop.key("ctrl+f")
        self.desktop.type(target)
        self.desktop.key("Return", "space", "Menu")
        # New rule from connection, for this application, block.
        for depth, key in enumerate("fab", start=1):
            wait_until(lambda depth=depth: len(application.menus()) == depth, f"menu {depth}")
            self.photograph(f"menu-{depth}")
            self.desktop.key(key)
        wait_until(lambda: self.in_profile(application, "rules"), "the rule")
        self.photograph("rule")
        self.assertEqual(self.in_profile(application, "rules"),
                         [{"name": "curl", "enabled": True, "applications": ["curl"], "action": "block"}])
        wait_until(lambda: not application.fetches(self.url), "the rule to block")
        second = Curl(application.proxy, self.url)
        self.assertEqual(second.wait(), 97)
        self.assertIn(b"(2)", second.error)  # RFC 1928: not allowed by ruleset
        self.assert_echoes(self.connect(application))  # That is another program.
        # What is blocked by now does not go on either.
        self.assertEqual((first.wait(), first.text), (56, b""), first.error)

    def test_storm_of_attempts_is_closed_at_once(self):
        """Attempts of one program at one target that hang are one row."""
        gate = threading.Event()
        self.addCleanup(gate.set)
        silent = self.serve(lambda connection: gate.wait(PATIENCE)).port
        upstream = {"id": "silent", "protocol": "socks5", "host": "127.0.0.1", "port": silent}
        application = self.open(profile(servers=[upstream], defaultAction="proxy:silent"))
        empty = self.still(lambda: self.table(application))
        clients = [socks5_request(application.port, 7, "10.1.2.3") for _ in range(12)]
        for client in clients:
            self.addCleanup(client.close)
        wait_until(lambda: self.table(application) != empty, "the table to show something")
        self.desktop.activate(application.window)
        self.desktop.key("ctrl+f")
        self.desktop.type("10.1.2.3")
        self.desktop.key("Return", "space")
        self.photograph("storm")
        self.desktop.key("Delete")
        # Attempts that had failed by themselves would have been told so.
        for client in clients:
            client.settimeout(PATIENCE)
            with self.assertRaises(ConnectionResetError):
                client.recv(SIZE_LIMIT)

    def test_server_is_added_and_used(self):
        port = self.microsocks()
        application = self.open()
        self.assert_works(application)
        self.assertNotIn(self.url[7:-1], self.servers_log())
        # A page without servers has one button to begin with, and the keyboard is there.
        self.desktop.key("alt+4", "space")
        self.wait_for_dialog("Add server")
        self.desktop.type("Exit")
        self.desktop.key("alt+h")
        self.desktop.type("127.0.0.1")
        self.desktop.key("alt+o", "ctrl+a")
        self.desktop.type(str(port))
        self.photograph("dialog")
        self.desktop.key("Return")
        application.wait_until_active()
        self.photograph("server")
        wait_until(lambda: self.in_profile(application, "servers"), "the server in the profile")
        (server,) = self.in_profile(application, "servers")
        self.assertEqual(server, server | {"id": "exit", "name": "Exit", "protocol": "socks5", "host": "127.0.0.1",
                                           "port": port})
        # It comes after "direct" and "block" among the actions of a rule.
        self.desktop.key("alt+3", "ctrl+n")
        self.wait_for_dialog("New rule")
        self.desktop.type("All")
        self.desktop.key("alt+a", "Down", "Down", "Return")
        application.wait_until_active()
        self.photograph("rule")
        self.wait_for_profile(application, "rules", [{"name": "All", "enabled": True, "action": "proxy:exit"}])
        wait_until(lambda: application.fetches(self.url) and self.url[7:-1] in self.servers_log(),
                   "the server to be used")

    def test_server_is_chosen_in_the_tray(self):
        exit_server = {"id": "exit", "name": "Exit", "protocol": "socks5", "host": "127.0.0.1", "port": self.microsocks()}
        application = self.open(profile(servers=[exit_server]))
        self.assert_works(application)
        self.assertNotIn(self.url[7:-1], self.servers_log())
        # It comes after "direct" and "block".
        application.choose("Servers")
        wait_until(lambda: len(application.menus()) == 2, "the menu of the servers")
        self.desktop.key("Down", "Down", "Down")
        self.photograph("menu")
        self.desktop.key("Return")
        wait_until(lambda: self.in_profile(application, "defaultAction") == "proxy:exit", "the profile to change")
        wait_until(lambda: application.fetches(self.url) and self.url[7:-1] in self.servers_log(),
                   "the server to be used")

    def test_proxy_is_shared_with_a_login(self):
        network = LocalNetwork()
        self.addCleanup(network.end)
        application = self.open(wrapper=network.wrapper)
        before = self.in_profile(application, "listeners")
        self.desktop.key("alt+p", "h")
        self.wait_for_dialog("Add local user")
        dialog = self.desktop.active_window()
        self.desktop.type("guest")
        # Neither without a password nor with two that differ.
        for fields in ({}, {"alt+p": "pass:word"}, {"alt+a": "pass:wort"}):
            for field, text in fields.items():
                self.desktop.key(field, "ctrl+a")
                self.desktop.type(text)
            self.desktop.key("Return")
            self.photograph("refused")
            self.assertEqual(self.desktop.active_window(), dialog)
            self.assertEqual(self.in_profile(application, "users"), [])
        self.desktop.key("alt+a", "ctrl+a")
        self.desktop.type("pass:word")
        self.desktop.key("Return")
        self.wait_for_dialog("Share on the local network")
        self.photograph("shared")
        wait_until(lambda: len(self.in_profile(application, "listeners")) > 1, "the shared listener in the profile")
        first, shared = self.in_profile(application, "listeners")
        self.assertEqual([first], before)
        self.assertEqual((shared["address"], shared["authentication"]), ("0.0.0.0", "password"))
        self.assertEqual([user["name"] for user in self.in_profile(application, "users")], ["guest"])

        port = shared["port"]
        wait_until(lambda: network.fetch(port, "guest:pass%3Aword@").text == b"hello", "the other computer to get in")
        for login in ("", "guest:pass%3Awort@", "other:pass%3Aword@"):
            with self.subTest(login=login):
                refused = network.fetch(port, login)
                self.assertEqual((refused.process.returncode, refused.text), (97, b""), refused.error)
        self.desktop.key("alt+s")
        wait_until(lambda: self.in_profile(application, "listeners") == before, "the listener to go")
        self.photograph("ended")
        self.assertEqual([user["name"] for user in self.in_profile(application, "users")], ["guest"])
        wait_until(lambda: network.fetch(port, "guest:pass%3Aword@").process.returncode == 7, "the port to close")

    @unittest.skipUnless(all(map(shutil.which, GNOME_TOOLS)), "needs " + ", ".join(GNOME_TOOLS))
    def test_system_proxy_is_switched_by_keyboard_and_tray(self):
        gnome = Gnome(self.directory)
        self.addCleanup(gnome.end)
        before = gnome.settings()
        application = self.open(profile(listener(protocols=["socks5", "http"])), variables=gnome.variables)
        self.desktop.key("ctrl+shift+p")
        wait_until(lambda: gnome.points_at(application.port), "the system proxy to be set")
        self.photograph("on")
        application.choose("System proxy")
        wait_until(lambda: gnome.settings() == before, "the settings to be what they were")
        self.photograph("off")
        application.choose("System proxy", by_key=True)
        wait_until(lambda: gnome.points_at(application.port), "the system proxy to be set again")
        application.choose("Quit")
        self.assert_ends(application)
        self.assertEqual(gnome.settings(), before)

    def test_language_is_changed_in_the_menu(self):
        application = self.open()
        connection = self.connect(application)
        # View, Language; there the system's, English, German.
        self.desktop.key("alt+v", "n", "Down", "Down", "Return")
        wait_until(lambda: self.desktop.search("--onlyvisible", "--pid", application.pid, "--name", "Proxy ein - Hosier$"),
                   "the window in German")
        application.wait_for_window()
        application.wait_until_active()
        application.icon()
        self.photograph("german")
        self.assert_echoes(connection)
        self.assert_works(application)
        application.choose("Proxy on")
        application.wait_for_title("Proxy aus")
        application.choose("Quit")
        self.assert_ends(application)

    def test_minimised_window_comes_back(self):
        application = self.open()
        self.desktop.do("windowminimize", application.window)
        application.wait_until_hidden()
        application.click_icon()
        application.wait_until_shown()

    def test_closed_window_leaves_the_program_in_the_tray(self):
        application = self.open()
        application.close()
        application.wait_until_hidden()
        self.assert_works(application)
        self.photograph("closed")

        self.assertEqual(application.program.command("--show").returncode, 0)
        application.wait_until_shown()
        self.desktop.activate(application.window)
        self.desktop.key("ctrl+w")
        application.wait_until_hidden()
        second = application.program.command()  # Starts the program again, in full.
        self.assertEqual((second.returncode, second.stdout, second.stderr), (0, "", ""))
        application.wait_until_shown()
        self.assertIsNone(application.program.process.poll())
        self.assert_works(application)

    def test_hint_of_the_tray_is_no_obstacle(self):
        """The hint comes with the first closing only, so each round is a first start."""
        for act, text in ((lambda one: one.click_icon(), "click on the icon"),
                          (lambda one: self.click_hint(one), "click on the hint"),
                          (lambda one: one.choose("Show/Hide"), "menu")):
            with self.subTest(text):
                shutil.rmtree(os.path.join(self.directory, "XDG_CONFIG_HOME"), ignore_errors=True)
                application = self.open()
                application.close()
                application.wait_until_hidden()
                wait_until(application.hints, "the hint")
                self.photograph("hint")
                act(application)
                application.wait_until_shown()
                # Shown and hidden again would be over by the time that something else was done.
                self.assert_works(application)
                self.assertTrue(application.is_shown())
                application.close()
                application.wait_until_hidden()
                self.assert_works(application)
                self.assertFalse(application.hints())
                application.choose("Quit")
                self.assert_ends(application)

    def click_hint(self, application):
        x, y, width, height = self.desktop.rectangle(application.hints()[0])
        self.desktop.click(x + width // 2, y + height // 2)

    def test_killed_program_starts_again(self):
        killed = self.open()
        connection = self.connect(killed)
        killed.program.signal(signal.SIGKILL)
        killed.program.wait()
        application = self.open(port=killed.port)
        with contextlib.suppress(ConnectionError):
            self.assertEqual(connection.recv(SIZE_LIMIT), b"")
        self.assert_works(application)
        application.choose("Proxy on")
        wait_until(lambda: not is_open(application.port), "the listener to close")
        application.choose("Proxy on")
        wait_until(lambda: is_open(application.port), "the listener to open")
        self.assert_works(application)

    def dialogs(self):
        """Windows of Hosier's that are named after nothing else."""
        return self.desktop.search("--onlyvisible", "--name", "^Hosier$")

    def test_crashed_program_is_offered_again(self):
        rules = [{"name": "No web", "enabled": False, "action": "block"}]
        crashed = self.open(profile(rules=rules))
        before = profile_text(crashed)
        process = crashed.pid
        for round_ in ("first", "again"):  # What was started anew is guarded as well.
            with self.subTest(round_):
                os.kill(process, signal.SIGSEGV)
                if round_ == "first":
                    self.assertEqual(crashed.program.wait(), -signal.SIGSEGV)
                wait_until(self.dialogs, "the offer")
                dialog = self.dialogs()[0]
                self.photograph(f"offer-{round_}")
                self.assertFalse(is_open(crashed.port))
                self.desktop.activate(dialog)
                self.desktop.key("Return")
                wait_until(lambda: is_open(crashed.port), "the program to be there again")
                self.assert_works(crashed)
                wait_until(lambda: not self.dialogs(), "the offer to go")
                process = self.pid_of_window("profile - Proxy on - Hosier")
                self.photograph(f"restarted-{round_}")
        self.assertEqual(profile_text(crashed), before)
        self.assertEqual(crashed.program.command("--quit").returncode, 0)
        wait_until(lambda: not is_open(crashed.port), "the program to end")

    def test_offer_after_a_crash_is_declined(self):
        application = self.open()
        application.program.signal(signal.SIGABRT)
        application.program.wait()
        wait_until(self.dialogs, "the offer")
        dialog = self.dialogs()[0]
        process = self.pid_of(dialog)
        self.desktop.activate(dialog)
        self.desktop.key("Escape")
        wait_until(lambda: not os.path.exists(f"/proc/{process}"), "the offer to end")
        self.assertFalse(is_open(application.port))

    def pid_of(self, window):
        return int(self.desktop.look("xdotool", "getwindowpid", str(window)))

    def pid_of_window(self, title):
        def find():
            return self.desktop.search("--onlyvisible", "--name", f"^{title}$")

        wait_until(find, f"the window {title!r}")
        return self.pid_of(find()[0])

    def test_port_in_use_is_told_and_tried_again(self):
        port = free_port()
        with held_port(port):
            application = self.open(port=port, state="Proxy error")
            self.photograph("in-use")
            # What the window says is pixels to anybody outside: that it names the holder is for the eye, on the
            # photograph (and, as text, in tst_mainwindow). Checked here is what gets out: the title, the icon, and
            # the log by the button that saves it. The log speaks of "another program" only.
            with open(application.save_log(self.saved, "log"), encoding="utf-8") as file:
                text = file.read()
            self.assertRegex(text, rf"Error .*127\.0\.0\.1:{port}\b.*\bin use\b")
            error_picture = application.icon_picture()
            self.desktop.key("ctrl+r")
            application.choose("Show/Hide")
            application.wait_until_hidden()
            application.choose("Show/Hide")
            application.wait_until_shown()
            application.wait_for_title("Proxy error")
        self.desktop.activate(application.window)
        self.desktop.key("ctrl+r")
        application.wait_for_title("Proxy on")
        wait_until(lambda: application.icon_picture() != error_picture, "another icon")
        self.assert_works(application)

    def test_quits_from_the_tray(self):
        for hidden, by_key in ((False, False), (True, True)):
            with self.subTest(hidden=hidden):
                application = self.open(profile(limits={"drainTimeoutSeconds": 0.3}))
                connection = self.connect(application)
                if hidden:
                    application.choose("Show/Hide")
                    application.wait_until_hidden()
                application.choose("Quit", by_key)
                self.assert_ends(application)
                with contextlib.suppress(ConnectionError):
                    self.assertEqual(connection.recv(SIZE_LIMIT), b"")

    def test_ends_while_its_window_is_shown(self):
        ends = {"shortcut": lambda one: self.desktop.key("ctrl+q"),
                "command": lambda one: self.assertEqual(one.program.command("--quit").returncode, 0),
                "signal": lambda one: one.program.signal(signal.SIGTERM)}
        for name, end in ends.items():
            with self.subTest(name):
                application = self.open()
                self.desktop.activate(application.window)
                end(application)
                self.assert_ends(application)


if __name__ == "__main__":
    unittest.main()
