# SPDX-License-Identifier: MIT
"""A desktop's notification service on a session bus. As a program, by the interpreter that has Debian's python3-gi, it is
the service: it tells each message as a line of JSON, and clicks the one whose number it is given."""

import json
import queue
import subprocess
import sys
import threading

from harness import PATIENCE, clean_environment

INTERPRETER = "/usr/bin/python3"
SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
DESCRIPTION = f"""<node><interface name="{SERVICE}">
<method name="Notify">
<arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{{sv}}" direction="in"/>
<arg type="i" direction="in"/><arg type="u" direction="out"/>
</method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""
NAMES = ("application", "replaces", "icon", "title", "body", "actions", "hints", "timeout")


class NotificationService:
    def __init__(self, directory, variables):
        self.process = subprocess.Popen([INTERPRETER, "-B", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=clean_environment(directory) | variables, text=True)
        self.process.stdout.readline()  # It has the name.
        self.messages = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.messages.put(json.loads(line))

    def message(self):
        """The next one."""
        return self.messages.get(timeout=PATIENCE)

    def click(self, message):
        self.process.stdin.write(f"{message['id']}\n")
        self.process.stdin.flush()

    def end(self):
        self.process.kill()
        self.process.wait(timeout=PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stdin.close()


def main():
    from gi.repository import Gio, GLib  # pylint: disable=import-outside-toplevel

    connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    last = 0

    def answer(_connection, _sender, _path, _interface, _method, parameters, invocation):
        nonlocal last
        message = dict(zip(NAMES, parameters.unpack()))
        last += 1
        message["id"] = message["replaces"] or last
        invocation.return_value(GLib.Variant("(u)", (message["id"],)))
        print(json.dumps(message), flush=True)

    def click(*_):
        line = sys.stdin.readline()
        if not line:
            sys.exit()
        connection.emit_signal(None, PATH, SERVICE, "ActionInvoked", GLib.Variant("(us)", (int(line), "default")))
        return True

    connection.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(DESCRIPTION).interfaces[0], answer, None, None)
    Gio.bus_own_name_on_connection(connection, SERVICE, Gio.BusNameOwnerFlags.NONE, lambda *_: print(flush=True), None)
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, click)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
