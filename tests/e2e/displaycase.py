# SPDX-License-Identifier: MIT
"""What tests of the desktop program share: a screen, a web server to be fetched from, and how the program is opened."""

import contextlib
import json
import os
import shutil
import socket
import tempfile
import threading
import time
import unittest

from desktop import SIZE, TOOLS, Application, Desktop, is_open
from harness import TcpServer, free_port, make_http_server, profile, socks5, wait_until
from servers import ServersTestCase

SIZE_LIMIT = 64
STILL = 0.3  # seconds without a change


def hold(connection):
    with contextlib.suppress(OSError):
        while chunk := connection.recv(SIZE_LIMIT):
            connection.sendall(chunk)


@unittest.skipUnless(all(map(shutil.which, TOOLS)), "needs " + ", ".join(TOOLS))
class DisplayTestCase(ServersTestCase):
    has_tray = True
    size = SIZE

    @classmethod
    def setUpClass(cls):
        directory = tempfile.mkdtemp(prefix="hosier-desktop-", dir="/tmp")
        cls.addClassCleanup(shutil.rmtree, directory, ignore_errors=True)
        cls.desktop = Desktop(directory, cls.has_tray, cls.size)
        cls.addClassCleanup(cls.desktop.end)
        cls.web = make_http_server(("127.0.0.1", 0), socket.AF_INET, None)
        cls.url = f"http://127.0.0.1:{cls.web.server_address[1]}/"
        threading.Thread(target=cls.web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        cls.addClassCleanup(cls.web.server_close)
        cls.addClassCleanup(cls.web.shutdown)
        cls.echo = TcpServer(hold)
        cls.addClassCleanup(cls.echo.end)

    def setUp(self):
        super().setUp()
        self.saved = os.path.join(self.directory, "saved")
        os.mkdir(self.saved)

    def launch(self, *arguments, settings=None, port=None, variables=None, wrapper=()):
        """Starts the program, which need not show itself."""
        port = port or free_port()
        program = self.start(settings or profile(), *arguments, headless=False, listen=f"127.0.0.1:{port}",
                             display=self.desktop.variables | (variables or {}), wrapper=wrapper)
        self.addCleanup(self.photograph, "end")
        return Application(self.desktop, program, port)

    def open(self, settings=None, port=None, state="Proxy on", variables=None, wrapper=()):
        """Starts the program and waits until it can be seen."""
        application = self.launch(settings=settings, port=port, variables=variables, wrapper=wrapper)
        application.wait_for_window()
        application.wait_for_title(state)
        application.wait_until_active()
        if self.has_tray:
            application.icon()
        return application

    def photograph(self, name):
        self.desktop.photograph(f"{self._testMethodName[5:]}-{name}")

    def connect(self, application):
        connection = socks5(application.port, self.echo.port)
        self.addCleanup(connection.close)
        self.assert_echoes(connection)
        return connection

    def assert_echoes(self, connection):
        connection.sendall(b"ping")
        self.assertEqual(connection.recv(SIZE_LIMIT), b"ping")

    def wait_for_dialog(self, title):
        wait_until(lambda: self.desktop.title(self.desktop.active_window() or 0).startswith(title),
                   f"the dialog {title!r}")

    def in_profile(self, application, key):
        """What the profile's file has there by now."""
        with open(application.program.path, encoding="utf-8") as file:
            return json.load(file).get(key, [])

    def wait_for_profile(self, application, key, expected):
        """It is written when a dialog has closed, not before."""
        wait_until(lambda: self.in_profile(application, key) == expected, f"{key} in the profile to be {expected}")

    def still(self, look):
        """What is seen once nothing is being drawn any more."""
        seen = [look()]

        def is_still():
            time.sleep(STILL)
            seen.append(look())
            return seen[-1] == seen[-2]

        wait_until(is_still, "the window to be drawn")
        return seen[-1]

    def table(self, application):
        """The pixels of the middle of the window: beside the heading, above the docks."""
        _, _, width, height = self.desktop.rectangle(application.window)
        return self.desktop.pixels(application.window, "-crop", f"{width}x{height // 3}+0+{height // 6}")

    def assert_works(self, application):
        self.assertTrue(application.fetches(self.url))

    def assert_ends(self, application):
        self.assertEqual(application.program.wait(), 0)
        self.assertFalse(is_open(application.port))
        self.assertEqual(application.program.log(), "")
        wait_until(lambda: not application.windows(), "the windows to go")
