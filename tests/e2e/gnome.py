# SPDX-License-Identifier: MIT
"""GNOME's proxy settings, as gsettings tells and changes them, on a session bus of their own."""

import subprocess

from harness import PATIENCE, clean_environment

TOOLS = ("gsettings", "dbus-daemon")
SCHEMA = "org.gnome.system.proxy"


class Gnome:
    """The user's directories are in `directory`, where a program that is started there finds the same settings."""

    def __init__(self, directory):
        self.environment = clean_environment(directory)
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                    env=self.environment)
        self.variables = {"DBUS_SESSION_BUS_ADDRESS": self.bus.stdout.readline().decode().strip(),
                          "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}
        self.environment |= self.variables

    def end(self):
        self.bus.terminate()
        self.bus.wait(timeout=PATIENCE)
        self.bus.stdout.close()

    def gsettings(self, *arguments):
        return subprocess.run(["gsettings", *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE, check=True).stdout

    def set(self, schema, key, value):
        self.gsettings("set", SCHEMA + schema, key, value)

    def get(self, schema, key):
        return self.gsettings("get", SCHEMA + schema, key).strip()

    def settings(self):
        """All of them, to be compared."""
        return sorted(self.gsettings("list-recursively", SCHEMA).splitlines())

    def points_at(self, port):
        return (self.get("", "mode") == "'manual'" and self.get(".http", "host") == "'127.0.0.1'" and
                self.get(".http", "port") == str(port))
