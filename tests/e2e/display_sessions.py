# SPDX-License-Identifier: MIT
"""The desktop program from the beginning of a session to its end: started minimised, and ended with the session."""

import contextlib
import itertools
import json
import operator
import os
import shutil
import signal
import time
import unittest

from desktop import is_open
from displaycase import DisplayTestCase
from gnome import TOOLS as GNOME_TOOLS
from gnome import Gnome
from harness import Curl, becomes, listener, profile, wait_until
from xsmp import RESTART_NEVER, SessionManager
from xsmp import is_possible as has_session_manager

BROKEN = '{"version": 1, "listeners": ['
SETTLED = 0.5  # seconds, after which a key's effect is drawn


class SessionsTest(DisplayTestCase):
    def test_minimised_start_is_in_the_tray_only(self):
        for name, show in (("icon", lambda one: one.click_icon()),
                           ("--show", lambda one: self.assertEqual(one.program.command("--show").returncode, 0)),
                           ("menu", lambda one: one.choose("Show/Hide"))):
            with self.subTest(name):
                application = self.launch("--minimized")
                icon = application.icon()
                wait_until(lambda application=application: is_open(application.port), "the listener to open")
                self.assert_works(application)
                self.assertEqual(application.windows(), {icon})
                self.assertIsNone(self.desktop.iconified("profile - Proxy on - Hosier"))
                self.photograph("icon-only")
                show(application)
                application.wait_for_window()
                application.wait_until_active()
                application.choose("Quit")
                self.assert_ends(application)

    def test_second_minimised_start_shows_nothing(self):
        application = self.launch("--minimized")
        icon = application.icon()
        wait_until(lambda: is_open(application.port), "the listener to open")
        result = application.program.command("--minimized")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertFalse(becomes(lambda: application.windows() != {icon}, SETTLED))
        application.choose("Quit")
        self.assert_ends(application)

    def launch_broken(self, backup=None):
        """Starts the program with half a profile, and waits for what it says to that."""
        if backup is not None:
            with open(os.path.join(self.directory, "profile.json.bak"), "w", encoding="utf-8") as file:
                json.dump(backup, file)
        application = self.launch(settings=BROKEN)
        wait_until(lambda: self.desktop.search("--onlyvisible", "--name", "^Hosier$"), "the offer")
        self.desktop.activate(self.desktop.search("--onlyvisible", "--name", "^Hosier$")[0])
        self.photograph("offer")
        self.assertFalse(is_open(application.port))
        self.assertIn("hosier: ", application.program.log())
        return application

    def kept(self):
        """The contents of the broken profiles that were kept."""
        contents = []
        for name in os.listdir(self.directory):
            if name.startswith("profile.json.broken-"):
                with open(os.path.join(self.directory, name), encoding="utf-8") as file:
                    contents.append(file.read())
        return contents

    def test_broken_profile_is_replaced_by_its_backup(self):
        rules = [{"name": "Kept", "hosts": ["127.0.0.1"], "action": "direct"}]
        application = self.launch_broken(profile(rules=rules))
        self.desktop.key("Return")
        application.wait_for_window()
        application.wait_for_title("Proxy on")
        self.assert_works(application)
        self.assertEqual(self.rules_in_order(application), ["Kept"])
        self.assertEqual(self.kept(), [BROKEN])

    def test_broken_profile_without_a_backup(self):
        application = self.launch_broken()
        self.desktop.key("Return")  # Whoever is used to pressing it loses nothing.
        self.assertNotEqual(application.program.wait(), 0)
        with open(application.program.path, encoding="utf-8") as file:
            self.assertEqual(file.read(), BROKEN)
        self.assertEqual(self.kept(), [])

    def test_broken_profile_is_left_for_a_new_one(self):
        application = self.launch_broken()
        self.desktop.key("alt+a")
        application.wait_for_window()
        application.wait_for_title("Proxy on")
        self.assert_works(application)
        self.assertEqual(self.kept(), [BROKEN])

    def rules_in_order(self, application):
        return [rule["name"] for rule in self.in_profile(application, "rules")]

    def test_rule_is_dragged_to_another_place(self):
        rules = [{"name": "Local", "hosts": ["127.0.0.1"], "action": "direct"},
                 {"name": "Other", "hosts": ["other.example"], "action": "direct"},
                 {"name": "Block", "action": "block"}]
        application = self.open(profile(rules=rules))
        self.assert_works(application)
        self.desktop.key("alt+3")
        x, y, height = self.rows(application)
        # The last one above the first: to the upper edge of its row.
        self.drag(application, (x, y + 2 * height), (x, y - height // 2 + 1))
        wait_until(lambda: self.rules_in_order(application) == ["Block", "Local", "Other"], "the rule to be first")
        self.photograph("first")
        refused = Curl(application.proxy, self.url)
        self.assertEqual(refused.wait(), 97)
        self.assertIn(b"(2)", refused.error)  # RFC 1928: not allowed by ruleset
        # And back, below all of them.
        self.drag(application, (x, y), (x, y + 5 * height))
        wait_until(lambda: self.rules_in_order(application) == ["Local", "Other", "Block"], "the rule to be last")
        self.photograph("last")
        self.assert_works(application)

    def drag(self, application, start, end):
        """With a hand that trembles until it sees what it drags, there and at the end: moves that the program has not seen
        yet are one jump to it, and a press that jumps is no drag."""
        middle = [(a + b) // 2 for a, b in zip(start, end)]
        trembling = itertools.cycle((0, 1))
        seen = []

        def picture():
            """How high up it is. Its window says that it is a tool tip."""
            hints = application.hints()
            with contextlib.suppress(AttributeError):  # It may go while it is looked at.
                return self.desktop.rectangle(hints[0])[1] if hints else None
            return None

        def is_at(place, is_right):
            self.desktop.do("mousemove", place[0] + next(trembling), place[1])
            seen.append(picture())
            return seen[-1] is not None and is_right()

        self.desktop.do("mousemove", *start)
        wait_until(lambda: picture() is None, "tool tips to go")
        self.desktop.do("mousedown", 1)
        wait_until(lambda: is_at(middle, lambda: True), "what is dragged to be seen")
        before, way = seen[-1], abs(end[1] - middle[1])
        wait_until(lambda: is_at(end, lambda: abs(seen[-1] - before) > way // 2), "what is dragged to be at its place")
        self.desktop.do("mouseup", 1)
        wait_until(lambda: picture() is None, "what is dragged to be dropped")

    def rows(self, application):
        """Where on the screen the middle of the first row is, and how high rows are: from what changes when the
        selection goes from the first to the second. All of a row changes, of the buttons above only some."""
        left, top, width, _ = self.desktop.rectangle(application.window)
        seen = []

        def is_certain():
            """Seen twice: what is looked at may not have been drawn yet."""
            seen.append(self.lines_that_change(application, 3 * width))
            return seen[-1] and seen[-1] in seen[:-1]

        wait_until(is_certain, "a selection to be seen")
        changed = seen[-1]
        height = (changed[-1] - changed[0] + 1) // 2
        return left + width // 8, top + changed[0] + height // 2, height

    def lines_that_change(self, application, size):
        """Of the window's pixels, when the selection goes from the first row to the second."""
        def look_at(key):
            self.desktop.key(key)
            time.sleep(SETTLED)
            return self.desktop.pixels(application.window)

        first, second = look_at("Home"), look_at("Down")
        return [line for line in range(len(first) // size)
                if sum(map(operator.ne, first[line * size:(line + 1) * size], second[line * size:(line + 1) * size]))
                > size // 2]

    def end_session(self, end, variables=None, shown=True):
        """A session that has changed the profile and the system's proxy, and goes on downloading when it ends."""
        # A first start each time: the next one would turn on again what was on at the end.
        shutil.rmtree(os.path.join(self.directory, "XDG_CONFIG_HOME"), ignore_errors=True)
        gnome = Gnome(self.directory)
        self.addCleanup(gnome.end)
        before = gnome.settings()
        application = self.open(profile(listener(protocols=["socks5", "http"]), limits={"drainTimeoutSeconds": 0.3}),
                                variables=gnome.variables | (variables or {}))
        self.desktop.key("ctrl+shift+p")
        wait_until(lambda: gnome.points_at(application.port), "the system proxy to be set")
        self.connect(application)
        self.desktop.key("alt+3", "ctrl+n")
        self.wait_for_dialog("New rule")
        self.desktop.type("Last change")
        self.desktop.key("Return")
        application.wait_until_active()
        if not shown:
            application.close()
            application.wait_until_hidden()
        end(application)
        self.assert_ends(application)
        self.assertEqual(gnome.settings(), before)
        self.assertEqual(self.rules_in_order(application), ["Last change"])

    @unittest.skipUnless(all(map(shutil.which, GNOME_TOOLS)), "needs " + ", ".join(GNOME_TOOLS))
    def test_end_of_the_session_by_signals(self):
        """As systemd-logind ends a session's scope: SIGTERM, and SIGHUP right behind it."""
        def end(application):
            application.program.signal(signal.SIGTERM)
            application.program.signal(signal.SIGHUP)

        self.end_session(end)

    @unittest.skipUnless(all(map(shutil.which, GNOME_TOOLS)), "needs " + ", ".join(GNOME_TOOLS))
    @unittest.skipUnless(has_session_manager(), "needs libSM and libICE")
    def test_end_of_the_session_by_its_manager(self):
        for shown in (True, False):
            with self.subTest(shown=shown):
                manager = SessionManager(self.directory)
                self.addCleanup(manager.end)

                def end(_application, manager=manager):
                    self.assertEqual(manager.read(), "registered")
                    self.assertEqual(manager.end_session(), f"saved {RESTART_NEVER}")

                self.end_session(end, manager.variables, shown)


if __name__ == "__main__":
    unittest.main()
