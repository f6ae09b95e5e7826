# SPDX-License-Identifier: MIT
"""A session manager (XSMP, X11R6) of a test's own, by libSM: programs register, and are told that the session ends. As
a program it writes its address, then the ids of who registers; a line on its input ends the session."""

import ctypes
import os
import select
import subprocess
import sys

from harness import PATIENCE, becomes, clean_environment

LIBRARIES = ("libSM.so.6", "libICE.so.6")
CALLBACK = ctypes.CFUNCTYPE
POINTER = ctypes.c_void_p
NUMBER = ctypes.c_int
SAVE_BOTH = 2  # SmSaveBoth: what is shared and what is the client's own
NO_INTERACTION = 0  # SmInteractStyleNone
RESTART_NEVER = 3  # SmRestartNever


def is_possible():
    try:
        for name in LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


class SessionManager:
    """The manager as a process, as the test knows it."""

    def __init__(self, directory):
        self.process = subprocess.Popen([sys.executable, "-B", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=clean_environment(directory), text=True)
        self.variables = {"SESSION_MANAGER": self.process.stdout.readline().strip()}

    def end(self):
        self.process.kill()
        self.process.wait(timeout=PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()

    def read(self):
        """The next word, or nothing in time."""
        ready = []

        def is_ready():
            ready[:] = select.select([self.process.stdout], [], [], 0)[0]
            return bool(ready)

        return self.process.stdout.readline().strip() if becomes(is_ready, PATIENCE) else ""

    def end_session(self):
        """Asks the client to save itself, then tells it to die. Returns what it answered to the first, and when it is
        to be started again."""
        self.process.stdin.write("end\n")
        self.process.stdin.flush()
        return self.read()


class Callbacks(ctypes.Structure):
    """SmsCallbacks: a function and its data for each message of a client, in the order of SMlib.h."""

    _fields_ = [field for name in ("register", "interact_request", "interact_done", "save_request", "phase2", "done",
                                   "close", "set_properties", "delete_properties", "get_properties")
                for field in ((name, POINTER), (f"{name}_data", POINTER))]


class Value(ctypes.Structure):
    """SmPropValue."""

    _fields_ = [("length", NUMBER), ("value", POINTER)]


class Property(ctypes.Structure):
    """SmProp."""

    _fields_ = [("name", ctypes.c_char_p), ("type", ctypes.c_char_p), ("count", NUMBER), ("values", ctypes.POINTER(Value))]


class _Manager:
    def __init__(self):
        self.sm, self.ice = map(ctypes.CDLL, LIBRARIES)
        self.libc = ctypes.CDLL(None)
        self.libc.malloc.restype = self.libc.strdup.restype = POINTER
        self.ice.IceAcceptConnection.restype = self.ice.IceComposeNetworkIdList.restype = POINTER
        self.ice.IceAcceptConnection.argtypes = [POINTER, POINTER]
        self.sm.SmsGenerateClientID.restype = POINTER
        self.clients = []
        self.connections = {}
        self.restart = None  # what a client has said last: a number as in SM.h
        self.kept = []  # ctypes forgets functions that only C knows.
        self._initialise()

    def keep(self, result, *arguments):
        def wrap(function):
            self.kept.append(CALLBACK(result, *arguments)(function))
            return self.kept[-1]
        return wrap

    def address(self, function):
        return ctypes.cast(function, POINTER).value

    def _initialise(self):
        @self.keep(NUMBER, POINTER, POINTER, POINTER)
        def register(client, _data, previous):
            if previous:
                return 0
            identity = self.sm.SmsGenerateClientID(POINTER(client))
            self.sm.SmsRegisterClientReply(POINTER(client), POINTER(identity))
            self.clients.append(client)
            print("registered", flush=True)
            return 1

        @self.keep(None, POINTER, POINTER, NUMBER)
        def done(client, _data, success):
            print(f"saved {self.restart}" if success else "failed", flush=True)
            self.sm.SmsDie(POINTER(client))

        @self.keep(None, POINTER, POINTER, NUMBER, POINTER)
        def ignore(*_):
            pass

        @self.keep(None, POINTER, POINTER, NUMBER, ctypes.POINTER(ctypes.POINTER(Property)))
        def set_properties(_client, _data, count, properties):
            for one in (properties[i].contents for i in range(count)):
                if one.name == b"RestartStyleHint":
                    self.restart = ctypes.string_at(one.values[0].value, 1)[0]

        @self.keep(None, POINTER, POINTER)
        def phase2(client, _data):
            self.sm.SmsSaveYourselfPhase2(POINTER(client))

        @self.keep(None, POINTER, POINTER, NUMBER, POINTER)
        def close(client, _data, _count, _reasons):
            self.clients.remove(client)
            print("closed", flush=True)

        @self.keep(NUMBER, POINTER, POINTER, POINTER, POINTER)
        def connect(client, _data, mask, callbacks):
            ctypes.cast(mask, ctypes.POINTER(ctypes.c_ulong))[0] = 0x3FF
            table = Callbacks(**{name: self.address(ignore) for name, _ in Callbacks._fields_[::2]})
            table.register, table.done = self.address(register), self.address(done)
            table.phase2, table.close = self.address(phase2), self.address(close)
            table.set_properties = self.address(set_properties)
            ctypes.memmove(callbacks, ctypes.byref(table), ctypes.sizeof(table))
            return 1

        @self.keep(NUMBER, ctypes.c_char_p)
        def trust(_host):
            return 1

        @self.keep(None, POINTER)
        def go_on(_connection):
            """Clients end without a word, too. The default handler ends the process."""

        self.ice.IceSetIOErrorHandler(go_on)
        failure = ctypes.create_string_buffer(256)
        if not self.sm.SmsInitialize(b"hosier-test", b"1", connect, None, trust, 256, failure):
            raise SystemExit(failure.value.decode())
        self.count, self.listeners = ctypes.c_int(), POINTER()
        if not self.ice.IceListenForConnections(ctypes.byref(self.count), ctypes.byref(self.listeners), 256, failure):
            raise SystemExit(failure.value.decode())
        array = ctypes.cast(self.listeners, ctypes.POINTER(POINTER))
        self.objects = {self.ice.IceGetListenConnectionNumber(POINTER(array[i])): array[i] for i in range(self.count.value)}
        for one in self.objects.values():
            self.ice.IceSetHostBasedAuthProc(POINTER(one), trust)
        print(ctypes.string_at(self.ice.IceComposeNetworkIdList(self.count, self.listeners)).decode(), flush=True)

    def _accept(self, listener):
        status = ctypes.c_int()
        connection = self.ice.IceAcceptConnection(POINTER(listener), ctypes.byref(status))
        if connection:
            self.connections[self.ice.IceConnectionNumber(POINTER(connection))] = connection

    def run(self):
        while True:
            for number in select.select([0, *self.objects, *self.connections], [], [])[0]:
                if number == 0:
                    if not os.read(0, 100):
                        return
                    for client in self.clients:
                        self.sm.SmsSaveYourself(POINTER(client), SAVE_BOTH, 1, NO_INTERACTION, 0)
                elif number in self.objects:
                    self._accept(self.objects[number])
                elif self.ice.IceProcessMessages(POINTER(self.connections[number]), None, None) != 0:
                    self.connections.pop(number)


if __name__ == "__main__":
    _Manager().run()
