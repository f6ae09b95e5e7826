# SPDX-License-Identifier: MIT
"""A desktop's host of tray icons as KDE, and GNOME's extension, have it: a StatusNotifierWatcher on a session bus. As a
program, by the interpreter that has Debian's python3-gi, it is the host: it takes a line of JSON and answers with one."""

import json
import subprocess
import sys

from harness import PATIENCE, clean_environment, wait_until

INTERPRETER = "/usr/bin/python3"
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
DESCRIPTION = f"""<node><interface name="{WATCHER}">
<method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
<method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
<property name="RegisteredStatusNotifierItems" type="as" access="read"/>
<property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
<property name="ProtocolVersion" type="i" access="read"/>
<signal name="StatusNotifierItemRegistered"><arg type="s"/></signal>
<signal name="StatusNotifierHostRegistered"/>
</interface></node>"""


def is_possible():
    return subprocess.run([INTERPRETER, "-c", "from gi.repository import Gio"], capture_output=True,
                          check=False).returncode == 0


class StatusNotifierHost:
    """The bus, the host on it, and what a person does with the icons that it shows."""

    def __init__(self, directory, is_late=False):
        self.directory = directory
        self.process = None
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                    env=clean_environment(directory))
        self.variables = {"DBUS_SESSION_BUS_ADDRESS": self.bus.stdout.readline().decode().strip()}
        if not is_late:
            self.come()

    def come(self):
        self.process = subprocess.Popen([INTERPRETER, "-B", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=clean_environment(self.directory) | self.variables, text=True)
        self.process.stdout.readline()  # It has the watcher's name.

    def go(self):
        self._kill(self.process)
        self.process.stdin.close()
        self.process = None

    def end(self):
        if self.process:
            self.go()
        self._kill(self.bus)

    @staticmethod
    def _kill(process):
        process.kill()
        process.wait(timeout=PATIENCE)
        process.stdout.close()

    def ask(self, *request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def items(self):
        """The bus names of the icons that are there."""
        return self.ask("items")

    def item(self):
        """The properties of the one icon."""
        wait_until(lambda: len(self.items()) == 1, "one icon")
        return self.ask("properties")

    def menu(self):
        """Label -> properties of what is in the icon's menu, separators left out."""
        return {entry["label"].replace("_", ""): entry for entry in self.ask("menu") if entry.get("label")}

    def activate(self):
        self.ask("activate")

    def choose(self, label):
        self.ask("click", self.menu()[label]["id"])


class _Watcher:
    """On the side of the bus."""

    def __init__(self, gio, glib):
        self.gio, self.glib = gio, glib
        self.connection = gio.bus_get_sync(gio.BusType.SESSION, None)
        self.names = []
        interface = gio.DBusNodeInfo.new_for_xml(DESCRIPTION).interfaces[0]
        self.connection.register_object("/StatusNotifierWatcher", interface, self._answer, self._property, None)
        self.connection.signal_subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", None, None,
                                         gio.DBusSignalFlags.NONE, self._owner_changed)
        gio.bus_own_name_on_connection(self.connection, WATCHER, gio.BusNameOwnerFlags.NONE,
                                       lambda *_: print(flush=True), None)
        glib.io_add_watch(sys.stdin.fileno(), glib.IO_IN | glib.IO_HUP, self._read)

    def _answer(self, _connection, sender, _path, _interface, method, parameters, invocation):
        if method == "RegisterStatusNotifierItem":
            (name,) = parameters.unpack()
            self.names.append(sender if name.startswith("/") else name)
            self.connection.emit_signal(None, "/StatusNotifierWatcher", WATCHER, "StatusNotifierItemRegistered", parameters)
        invocation.return_value(None)

    def _property(self, _connection, _sender, _path, _interface, name):
        return {"RegisteredStatusNotifierItems": self.glib.Variant("as", self.names),
                "IsStatusNotifierHostRegistered": self.glib.Variant("b", True),
                "ProtocolVersion": self.glib.Variant("i", 0)}[name]

    def _owner_changed(self, _connection, _sender, _path, _interface, _signal, parameters):
        name, _, owner = parameters.unpack()
        if not owner and name in self.names:
            self.names.remove(name)

    def _call(self, path, interface, method, arguments, shape=lambda result: result):
        """Not waiting for the answer: the program asks the watcher meanwhile, and does wait."""
        def answered(connection, result):
            self.reply(shape(connection.call_finish(result).unpack()))

        self.connection.call(self.names[0], path, interface, method, arguments, None,
                             self.gio.DBusCallFlags.NO_AUTO_START, int(PATIENCE * 1000), None, answered)

    @staticmethod
    def reply(result):
        print(json.dumps(result, default=str), flush=True)

    @staticmethod
    def _properties(result):
        (everything,) = result
        # As bytes they are no JSON, and long: told apart is enough.
        everything["IconPixmap"] = [[width, height, hash(bytes(data))] for width, height, data in everything["IconPixmap"]]
        return everything

    @staticmethod
    def _entries(result):
        _, (_, _, children) = result
        return [{"id": number, **properties} for number, properties, _ in children]

    def perform(self, verb, *arguments):
        variant = self.glib.Variant
        if verb == "items":
            self.reply(self.names)
        elif verb == "properties":
            self._call("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "GetAll", variant("(s)", (ITEM,)),
                       self._properties)
        elif verb == "menu":
            self._call("/MenuBar", MENU, "GetLayout", variant("(iias)", (0, -1, [])), self._entries)
        elif verb == "activate":
            self._call("/StatusNotifierItem", ITEM, "Activate", variant("(ii)", (10, 10)))
        else:
            self._call("/MenuBar", MENU, "Event", variant("(isvu)", (*arguments, "clicked", variant("i", 0), 0)))

    def _read(self, *_):
        line = sys.stdin.readline()
        if not line:
            sys.exit()
        self.perform(*json.loads(line))
        return True


def main():
    from gi.repository import Gio, GLib  # pylint: disable=import-outside-toplevel

    watcher = _Watcher(Gio, GLib)
    assert watcher
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
