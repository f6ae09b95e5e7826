# SPDX-License-Identifier: MIT
"""The desktop program where there is no tray of the X server: icons are shown by a host on the bus, or not at all."""

import os
import shutil
import unittest

from desktop import is_open
from displaycase import DisplayTestCase
from harness import PATIENCE, becomes, profile, wait_until
from notificationservice import NotificationService
from statusnotifierhost import StatusNotifierHost, is_possible

TOLD_AFTER = 15.0  # seconds: the tray may come after the program, for ten of which it waits

TITLE = "profile - Proxy on - Hosier"
KEPT_FOR = 3.0  # seconds in which a window would have gone


class TraysTest(DisplayTestCase):
    has_tray = False

    def settings_text(self):
        path = os.path.join(self.directory, "XDG_CONFIG_HOME", "hosier", "hosier.ini")
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read()

    def status_bar(self, application):
        """The pixels of the left end of the last line of the window."""
        _, _, _, height = self.desktop.rectangle(application.window)
        return self.desktop.pixels(application.window, "-crop", f"400x20+0+{height - 22}")

    @unittest.skipUnless(shutil.which("dbus-daemon") and is_possible(), "needs dbus-daemon and python3-gi")
    def test_icon_is_shown_by_a_host_on_the_bus(self):
        host = StatusNotifierHost(self.directory)
        self.addCleanup(host.end)
        application = self.launch("--minimized", variables=host.variables)
        wait_until(lambda: host.items() and is_open(application.port), "the icon")
        on = host.item()
        self.assertEqual((on["Id"], on["Title"], on["Category"]), ("hosier", "hosier", "ApplicationStatus"))
        # The name of the icon, its pixels, the tip and its text.
        self.assertIn("Hosier: Proxy on", on["ToolTip"][2])
        self.assertIn(f"127.0.0.1:{application.port}", on["ToolTip"][2])
        self.assertTrue(on["IconName"] or on["IconPixmap"])
        self.assertEqual(application.windows(), set())  # Minimised: the icon is all there is.

        self.assertEqual(host.menu()["Proxy on"]["toggle-state"], 1)
        host.choose("Proxy on")
        wait_until(lambda: not is_open(application.port), "the listener to close")
        wait_until(lambda: "Proxy off" in host.item()["ToolTip"][2], "the tip to say so")
        wait_until(lambda: host.menu()["Proxy on"]["toggle-state"] == 0, "the menu to say so")
        off = host.item()
        self.assertNotEqual((off["IconName"], off["IconPixmap"]), (on["IconName"], on["IconPixmap"]))
        host.choose("Proxy on")
        wait_until(lambda: is_open(application.port), "the listener to open")
        self.assert_works(application)

        host.activate()
        application.wait_for_window()
        application.wait_until_active()
        self.photograph("shown")
        self.assertIn("Hide window", host.menu())
        application.close()
        application.wait_until_hidden()
        self.assert_works(application)
        host.choose("Show window")
        application.wait_until_shown()
        host.choose("Quit")
        self.assert_ends(application)
        wait_until(lambda: not host.items(), "the icon to go")

    @unittest.skipUnless(shutil.which("dbus-daemon") and is_possible(), "needs dbus-daemon and python3-gi")
    def test_host_on_the_bus_comes_late_goes_and_returns(self):
        host = StatusNotifierHost(self.directory, is_late=True)
        self.addCleanup(host.end)
        application = self.launch("--minimized", variables=host.variables)
        wait_until(lambda: is_open(application.port), "the listener to open")
        wait_until(lambda: self.desktop.iconified(TITLE), "the minimised window")
        host.come()
        wait_until(host.items, "the icon")
        wait_until(lambda: not self.desktop.iconified(TITLE), "the window to leave the list of tasks")
        self.assertEqual(application.windows(), set())
        host.activate()
        application.wait_for_window()
        application.wait_until_active()
        application.close()
        application.wait_until_hidden()
        self.assert_works(application)

        host.go()
        wait_until(lambda: self.desktop.iconified(TITLE), "the window to be in the list of tasks")
        self.assert_works(application)
        host.come()
        wait_until(host.items, "the icon again")
        wait_until(lambda: not self.desktop.iconified(TITLE), "the window to leave the list of tasks again")
        host.activate()
        application.wait_until_shown()

        # Who looks at the window keeps it.
        host.go()
        self.assertFalse(becomes(lambda: not application.is_shown(), KEPT_FOR))
        application.close()
        self.assert_ends(application)

    @unittest.skipUnless(shutil.which("dbus-daemon") and is_possible(), "needs dbus-daemon and python3-gi")
    def test_without_a_tray_the_notification_service_tells(self):
        bus = StatusNotifierHost(self.directory, is_late=True)
        self.addCleanup(bus.end)
        service = NotificationService(self.directory, bus.variables)
        self.addCleanup(service.end)
        rules = [{"name": "<b>no</b> & never", "action": "block"}]
        application = self.launch("--minimized", settings=profile(rules=rules), variables=bus.variables)
        wait_until(lambda: self.desktop.iconified(TITLE), "the minimised window")
        application.fetches(self.url)
        message = service.message()
        self.assertEqual((message["application"], message["replaces"], message["title"]),
                         ("Hosier", 0, "Blocked by the rules"))
        # The body is markup.
        self.assertIn("&lt;b&gt;no&lt;/b&gt; &amp; never", message["body"])
        self.assertEqual(message["hints"]["desktop-entry"], "hosier")
        service.click(message)
        application.wait_for_window()
        application.close()
        self.assert_ends(application)

    def test_tray_of_the_server_comes_late_and_goes(self):
        application = self.launch("--minimized")
        wait_until(lambda: self.desktop.iconified(TITLE), "the minimised window")
        tray = self.desktop.start_tray()
        application.icon()
        wait_until(lambda: not self.desktop.iconified(TITLE), "the window to leave the list of tasks")
        application.click_icon()
        application.wait_for_window()
        application.wait_until_active()
        application.close()
        application.wait_until_hidden()
        self.assert_works(application)
        self.desktop.stop(tray)
        wait_until(lambda: self.desktop.iconified(TITLE), "the window to be in the list of tasks")
        self.assertEqual(application.program.command("--show").returncode, 0)
        application.wait_until_shown()
        application.close()
        self.assert_ends(application)

    def test_without_a_tray_the_window_is_the_program(self):
        application = self.open()
        before = self.still(lambda: self.status_bar(application))
        wait_until(lambda: "missingTold=true" in self.settings_text(), "it to say that there is no tray",
                   TOLD_AFTER + PATIENCE)
        wait_until(lambda: self.status_bar(application) != before, "the status bar to say so")
        self.photograph("told")
        application.close()
        self.assert_ends(application)

        # It says so once.
        again = self.open()
        before = self.still(lambda: self.status_bar(again))
        self.assertFalse(becomes(lambda: self.status_bar(again) != before, TOLD_AFTER))
        again.close()
        self.assert_ends(again)

    def test_without_a_tray_minimised_is_in_the_task_list(self):
        application = self.launch("--minimized")
        wait_until(lambda: is_open(application.port), "the listener to open")
        wait_until(lambda: self.desktop.iconified(TITLE), "the minimised window")
        self.assert_works(application)
        self.assertEqual(application.windows(), set())
        self.assertEqual(application.program.command("--show").returncode, 0)
        application.wait_for_window()
        application.wait_until_active()
        application.close()
        self.assert_ends(application)


if __name__ == "__main__":
    unittest.main()
