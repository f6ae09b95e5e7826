# SPDX-License-Identifier: MIT
"""The same bytes to Hosier, Dante 1.4.2, microsocks 1.0.3 and ssh -D of OpenSSH 9.2. Each script says what the
specification asks for, and where a server does something else, what and why; anything that is not in the table is a
failure, whoever is right."""

import socket
import struct
import unittest
from typing import NamedTuple

from differential import (PAYLOAD, Conversation, association_ends, await_bytes, datagrams, finish, one_by_one,
                          peer_comes, stranger_comes)
from harness import listener, profile, read_exactly, user
from servers import ServersTestCase
from socksclient import EchoDatagrams, address

SERVERS = ("Hosier", "Dante", "microsocks", "ssh")
GREETING = b"\x05\x01\x00"
METHOD = await_bytes(2)
METHOD_AND_REPLY = await_bytes(12)
REPLY4 = await_bytes(8)
IMPOSSIBLE_NAME = b"x" * 64 + b".example"  # no label is that long, so that no query leaves the machine
USER = b"bob"
PASSWORD = b"sec:ret"
SOME_PORT = 0x5050  # nothing is sent there, and neither byte ends a SOCKS4 request


class Script(NamedTuple):
    name: str
    steps: tuple
    expected: str
    why: str  # what asks for it
    differences: dict = {}  # server: (outcome, reason); None where it depends on how the bytes come in


# What a server does in many scripts, and why.
SSH_SILENT = {"ssh": ("method 0, closed", "OpenSSH replies once its channel is open, and otherwise closes")}
SSH_SILENT4 = {"ssh": ("closed", "OpenSSH replies once its channel is open, and otherwise closes")}
NO_SOCKS4 = {"microsocks": ("method 255, closed", "it speaks SOCKS5 alone and takes any first message for a greeting")}
ONLY_CONNECT = {"ssh": ("method 0, closed", "OpenSSH knows CONNECT alone, and closes"),
                "microsocks": ("method 0, reply 7 v4, closed", "it knows CONNECT alone, and says so")}
ONE_MESSAGE = "it takes what one recv() brings for one message"
DANTE_CLOSES = "Dante takes it for no request at all, and closes"


def request(command, port, host="127.0.0.1", version=5, reserved=0):
    return bytes([version, command, reserved]) + address(host, port)


def name_request(name, port, command=1):
    return bytes([5, command, 0, 3, len(name)]) + name + struct.pack(">H", port)


def request4(command, port, host="127.0.0.1", user_id=b"", name=None):
    return (struct.pack(">BBH", 4, command, port) + socket.inet_aton(host) + user_id + b"\x00" +
            (b"" if name is None else name + b"\x00"))


def login(name, password, version=1):
    return bytes([version, len(name)]) + name + bytes([len(password)]) + password


def greetings(target):
    connect = (METHOD, request(1, target), METHOD_AND_REPLY, PAYLOAD)
    any_version = {"microsocks": ("method 255, closed", "it takes any first message for a greeting")}
    no_refusal = {"ssh": ("closed", "OpenSSH closes instead of saying X'FF'")}
    echoed = "method 0, reply 0 v4, echo, open"
    return [
        Script("one method", (GREETING, *connect), echoed, "RFC 1928 section 3"),
        Script("several methods", (b"\x05\x04\x80\x02\x01\x00", *connect), echoed,
               "RFC 1928 section 3: the server selects one of them"),
        Script("255 methods", (b"\x05\xff" + bytes(range(255)), *connect), echoed,
               "RFC 1928 section 3: METHODS has 1 to 255 octets"),
        Script("the same method twice", (b"\x05\x02\x00\x00", *connect), echoed, "RFC 1928 section 3"),
        Script("no acceptable method", (b"\x05\x01\x80",), "method 255, closed",
               "RFC 1928 section 3: X'FF', and the connection ends", no_refusal),
        Script("a login that nobody asks for", (b"\x05\x01\x02",), "method 255, closed", "RFC 1928 section 3", no_refusal),
        Script("no method", (b"\x05\x00",), "method 255, closed", "RFC 1928 section 3: METHODS has 1 to 255 octets",
               {"ssh": ("open", "OpenSSH waits for a third byte before it looks at the others")}),
        Script("version 6", (b"\x06\x01\x00",), "closed", "RFC 1928 section 3: VER is X'05'", any_version),
        Script("version 0", (b"\x00\x01\x00",), "closed", "RFC 1928 section 3: VER is X'05'", any_version),
        Script("half a greeting and the end", (b"\x05\x02\x00", finish), "closed", "the rest cannot come",
               {"microsocks": ("method 0, closed", ONE_MESSAGE)}),
        Script("half a greeting", (b"\x05\x02\x00",), "open", "the rest may still come",
               {"microsocks": ("method 0, open", ONE_MESSAGE)}),
        Script("a greeting and the end", (GREETING, METHOD, finish), "method 0, closed", "a request cannot come"),
        Script("byte by byte", (one_by_one(GREETING), METHOD, one_by_one(request(1, target)), METHOD_AND_REPLY, PAYLOAD),
               echoed, "TCP has no messages", {"microsocks": (None, ONE_MESSAGE)}),
        Script("all in one", (GREETING + request(1, target) + PAYLOAD,), echoed,
               "TCP has no messages; what follows the request is for the target",
               {"microsocks": ("method 0, open", ONE_MESSAGE)}),
    ]


def requests(target, refused):
    def ask(name, data, expected, why, differences=None):
        return Script(name, (GREETING, METHOD, data), f"method 0, {expected}", why, differences or {})

    unsupported = {"Dante": ("method 0, closed", DANTE_CLOSES), "ssh": ONLY_CONNECT["ssh"]}
    no_such_type = {"Dante": ("method 0, closed", DANTE_CLOSES), **SSH_SILENT}
    no_name = {"Dante": ("method 0, reply 4 name, closed", "host unreachable; BND.ADDR gives the name back"), **SSH_SILENT}
    echoed = "method 0, reply 0 v4, echo, open"
    return [
        Script("a name", (GREETING, METHOD, name_request(b"localhost", target), METHOD_AND_REPLY, PAYLOAD), echoed,
               "RFC 1928 section 5"),
        Script("an address as a name", (GREETING, METHOD, name_request(b"127.0.0.1", target), METHOD_AND_REPLY, PAYLOAD),
               echoed, "RFC 1928 section 5"),
        Script("data ahead of the reply", (GREETING, METHOD, request(1, target) + PAYLOAD), echoed,
               "TCP has no messages", {"microsocks": ("method 0, reply 0 v4, open", ONE_MESSAGE)}),
        Script("the end ahead of the reply", (GREETING, METHOD, request(1, target) + PAYLOAD, finish),
               "method 0, reply 0 v4, echo, closed", "who has finished sending may still receive",
               {"microsocks": ("method 0, reply 0 v4, closed", ONE_MESSAGE)}),
        ask("refused", request(1, refused), "reply 5 v4, closed", "RFC 1928 section 6: connection refused", SSH_SILENT),
        ask("refused, by name", name_request(b"localhost", refused), "reply 5 v4, closed",
            "RFC 1928 section 6: connection refused", SSH_SILENT),
        ask("unreachable", request(1, 80, "255.255.255.255"), "reply 3 v4, closed",
            "RFC 1928 section 6: network unreachable, as the system says of the broadcast address", SSH_SILENT),
        ask("port 0", request(1, 0), "reply 5 v4, closed", "the system refuses it like a port that is closed",
            {"Dante": ("method 0, reply 8 v4, closed", "to Dante an address without a port is none"), **SSH_SILENT}),
        ask("a name that cannot be", name_request(IMPOSSIBLE_NAME, 80), "reply 4 v4, closed",
            "RFC 1928 section 6: host unreachable",
            {**no_name, "microsocks": ("method 0, reply 1 v4, closed", "it has one reply for all failed look-ups")}),
        ask("an empty name", name_request(b"", 80), "reply 1 v4, closed", "RFC 1928 section 5: a domain name", no_name),
        ask("a name with a NUL", name_request(b"local\0host", target), "reply 1 v4, closed",
            "RFC 1928 section 5: a domain name", no_name),
        ask("command 0", request(0, target), "reply 7 v4, closed", "RFC 1928 section 6: not supported", unsupported),
        ask("command 4", request(4, target), "reply 7 v4, closed", "RFC 1928 section 6: not supported", unsupported),
        ask("command 255", request(255, target), "reply 7 v4, closed", "RFC 1928 section 6: not supported", unsupported),
        ask("address type 0", b"\x05\x01\x00\x00\x7f\x00\x00\x01\x00\x50", "reply 8 v4, closed",
            "RFC 1928 section 6: address type not supported", no_such_type),
        ask("address type 2", b"\x05\x01\x00\x02\x7f\x00\x00\x01\x00\x50", "reply 8 v4, closed",
            "RFC 1928 section 6: address type not supported", no_such_type),
        ask("version 4", request(1, SOME_PORT, version=4), "reply 1 v4, closed", "RFC 1928 section 4: VER is X'05'",
            {"Dante": ("method 0, open", "Dante waits for the end of a SOCKS4 request"),
             "ssh": ("method 0, open", "OpenSSH waits for the end of a SOCKS4 request")}),
        ask("a reserved byte that is not 0", request(1, target, reserved=1), "reply 1 v4, closed",
            "RFC 1928 section 4: RSV must be X'00'",
            {"Dante": ("method 0, reply 0 v4, open", "Dante does not look at it"),
             "ssh": ("method 0, closed", "OpenSSH closes")}),
        Script("half a request and the end", (GREETING, METHOD, request(1, target)[:7], finish), "method 0, closed",
               "the rest cannot come", {"microsocks": ("method 0, reply 1 v4, closed", ONE_MESSAGE)}),
        Script("half a request", (GREETING, METHOD, request(1, target)[:7]), "method 0, open", "the rest may still come",
               {"microsocks": ("method 0, reply 1 v4, closed", ONE_MESSAGE)}),
    ]


def socks4(target, refused):
    def ask(name, steps, expected, why="SOCKS4.protocol", **differences):
        return Script(name, steps, expected, why, {**NO_SOCKS4, **differences})

    silent = SSH_SILENT4["ssh"]
    echoed, rejected = "reply 90, echo, open", "reply 91, closed"
    return [
        ask("connect", (request4(1, target, user_id=b"user"), REPLY4, PAYLOAD), echoed),
        ask("no user id", (request4(1, target), REPLY4, PAYLOAD), echoed),
        ask("user id of every byte", (request4(1, target, user_id=bytes(range(1, 256))), REPLY4, PAYLOAD), echoed,
            "SOCKS4.protocol gives it no form"),
        ask("user id without an end", (request4(1, target, user_id=b"x" * 5000)[:-1],), rejected,
            "nobody waits for ever", Dante=("closed", "Dante closes"), ssh=("closed", "OpenSSH closes")),
        ask("name", (request4(1, target, "0.0.0.1", b"user", b"localhost"), REPLY4, PAYLOAD), echoed, "SOCKS4A.protocol",
            Dante=("reply 91, closed", "Dante knows no SOCKS4a: 0.0.0.1 is an address to it")),
        ask("empty name", (request4(1, target, "0.0.0.1", b"user", b""),), rejected, "SOCKS4A.protocol", ssh=silent),
        ask("all in one", (request4(1, target, user_id=b"user") + PAYLOAD,), echoed, "TCP has no messages"),
        ask("byte by byte", (one_by_one(request4(1, target, user_id=b"user")), REPLY4, PAYLOAD), echoed,
            "TCP has no messages"),
        ask("refused", (request4(1, refused),), rejected, ssh=silent),
        ask("port 0", (request4(1, 0),), rejected, ssh=silent),
        ask("command 3", (request4(3, target),), rejected, ssh=("closed", "OpenSSH knows CONNECT alone, and closes")),
        ask("half a request and the end", (request4(1, target)[:5], finish), "closed", "the rest cannot come"),
    ]


def bind_and_udp(echo):
    def ask(name, steps, expected, why, **differences):
        return Script(name, (GREETING, METHOD, *steps), f"method 0, {expected}", why, {**ONLY_CONNECT, **differences})

    bind = (request(2, 9), METHOD_AND_REPLY)
    associate = (request(3, 0, "0.0.0.0"), METHOD_AND_REPLY)
    to_echo = address("127.0.0.1", echo)
    whole = b"\0\0\0" + to_echo
    return [
        ask("BIND", bind, "reply 0 v4, open", "RFC 1928 section 4: the first of two replies"),
        ask("BIND, and the peer comes", (*bind, peer_comes),
            "reply 0 v4, reply 0 v4, echo, the peer has: answer, closed", "RFC 1928 section 4: the second"),
        ask("BIND, and a stranger comes", (request(2, 9, "127.0.0.9"), METHOD_AND_REPLY, stranger_comes),
            "reply 0 v4, the stranger has: nothing, open", "RFC 1928 section 4: DST.ADDR is there to evaluate the peer",
            Dante=("method 0, reply 0 v4, reply 2 v4, the stranger has: nothing, closed",
                   "Dante lets no other peer come after the first")),
        Script("BIND of SOCKS4", (request4(2, 9), REPLY4, peer_comes),
               "reply 90, reply 90, echo, the peer has: answer, closed", "SOCKS4.protocol",
               {**NO_SOCKS4, "ssh": ("closed", "OpenSSH knows CONNECT alone, and closes")}),
        ask("UDP ASSOCIATE", associate, "reply 0 v4, open", "RFC 1928 section 4"),
        ask("UDP, there and back", (*associate, datagrams(whole + b"ping")), "reply 0 v4, back: ping, open",
            "RFC 1928 section 7"),
        ask("UDP in fragments",
            (*associate, datagrams(b"\0\0\x01" + to_echo + b"first+", b"\0\0\x82" + to_echo + b"last", whole + b"whole")),
            "reply 0 v4, back: first+last, open", "RFC 1928 section 7",
            Dante=("method 0, reply 0 v4, back: whole, open",
                   "RFC 1928 section 7: who does not implement fragmentation drops fragments")),
        ask("UDP with a reserved field that is not 0",
            (*associate, datagrams(b"\1\1\0" + to_echo + b"odd", whole + b"ping")), "reply 0 v4, back: ping, open",
            "RFC 1928 section 7: RSV is X'0000'",
            Dante=("method 0, reply 0 v4, back: odd, open", "Dante does not look at it")),
        ask("UDP with an address type that is none",
            (*associate, datagrams(b"\0\0\0\x02\0\0\0\0\0\0\0x", whole + b"ping")), "reply 0 v4, back: ping, open",
            "RFC 1928 section 7: what cannot be relayed is silently dropped"),
        ask("UDP ends with its connection", (*associate, association_ends), "reply 0 v4, the relay is gone, closed",
            "RFC 1928 section 7"),
    ]


def logins(target):
    def log_in(name, data, expected, why, differences=None):
        return Script(name, (b"\x05\x01\x02", METHOD, data, await_bytes(4), request(1, target), await_bytes(14), PAYLOAD),
                      f"method 2, {expected}", why, differences or {})

    return [
        log_in("right", login(USER, PASSWORD), "login 0, reply 0 v4, echo, open", "RFC 1929 section 2"),
        log_in("wrong password", login(USER, b"secret"), "login failed, closed",
               "RFC 1929 section 2: any other value than X'00', and the server MUST close"),
        log_in("unknown user", login(b"eve", PASSWORD), "login failed, closed", "RFC 1929 section 2"),
        log_in("empty password", login(USER, b""), "login failed, closed", "RFC 1929 section 2: PLEN is 1 to 255"),
        log_in("empty name", login(b"", PASSWORD), "login failed, closed", "RFC 1929 section 2: ULEN is 1 to 255"),
        log_in("version 5", login(USER, PASSWORD, version=5), "login failed, closed", "RFC 1929 section 2: VER is X'01'",
               {"Dante": ("method 2, closed", DANTE_CLOSES)}),
        Script("not offered", (GREETING,), "method 255, closed", "RFC 1928 section 3"),
        Script("both methods offered", (b"\x05\x02\x00\x02",), "method 2, open", "RFC 1928 section 3"),
        Script("all in one", (b"\x05\x01\x02" + login(USER, PASSWORD) + request(1, target) + PAYLOAD,),
               "method 2, login 0, reply 0 v4, echo, open", "TCP has no messages",
               {"microsocks": ("method 2, open", ONE_MESSAGE)}),
        Script("SOCKS4", (request4(1, target, user_id=USER),), "reply 91, closed", "its user id proves nothing", NO_SOCKS4),
    ]


class Differential(ServersTestCase):
    def setUp(self):
        super().setUp()
        self.target = self.serve(self.echo).port
        closed = socket.socket()
        self.addCleanup(closed.close)
        closed.bind(("127.0.0.1", 0))
        self.refused = closed.getsockname()[1]

    @staticmethod
    def echo(connection):
        connection.sendall(read_exactly(connection, len(PAYLOAD)))
        connection.recv(1)

    def compare(self, ports, scripts):
        for script in scripts:
            for server in script.differences:
                self.assertIn(server, SERVERS)
            for server, port in ports.items():
                with self.subTest(script=script.name, server=server):
                    self.check(server, port, script)

    def check(self, server, port, script):
        expected, reason = script.differences.get(server, (script.expected, script.why))
        self.assertTrue(reason)
        if expected is None:
            return
        if server in script.differences:
            self.assertNotEqual(expected, script.expected, "that is no difference")
        conversation = Conversation(port)
        self.addCleanup(conversation.end)
        self.assertEqual(conversation.run(script.steps, expected), expected, f"{server}, {script.name}: {reason}")

    def ports(self):
        return {"Hosier": self.start(profile()).listening_port(), "Dante": self.danted(),
                "microsocks": self.microsocks(), "ssh": self.ssh()}

    def test_greetings(self):
        self.compare(self.ports(), greetings(self.target))

    def test_requests(self):
        self.compare(self.ports(), requests(self.target, self.refused))

    def test_socks4(self):
        self.compare(self.ports(), socks4(self.target, self.refused))

    def test_bind_and_udp(self):
        echo = EchoDatagrams()
        self.addCleanup(echo.end)
        self.compare(self.ports(), bind_and_udp(echo.port))

    def test_logins(self):
        name, password = USER.decode(), PASSWORD.decode()
        program = self.start(profile(listener(authentication="password"), users=[user(name, password)]))
        self.compare({"Hosier": program.listening_port(), "Dante": self.danted_with_login(name, password),
                      "microsocks": self.microsocks("-u", name, "-P", password)}, logins(self.target))


if __name__ == "__main__":
    unittest.main()
