#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""idlecost.py PROXY-PORT TARGET-PORT PROCESS...

Opens relays through a SOCKS5 proxy, leaves them idle, and prints the CPU time that the processes take meanwhile. Ends with
0 when that is next to nothing, whatever their number.
"""

import contextlib
import os
import socket
import sys
import time

RELAYS = 400
SETTLE_SECONDS = 2
IDLE_SECONDS = 5
ALLOWED_SHARE = 0.01  # of a core


def cpu_seconds(processes):
    ticks = 0
    for process in processes:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def open_relay(proxy, target):
    relay = socket.create_connection(("127.0.0.1", proxy), timeout=10)
    relay.sendall(b"\x05\x01\x00" + b"\x05\x01\x00\x01\x7f\x00\x00\x01" + target.to_bytes(2, "big"))
    answer = b""
    while len(answer) < 12:
        more = relay.recv(12 - len(answer))
        if not more:
            raise OSError("the proxy hung up")
        answer += more
    if answer[3] != 0:
        raise OSError(f"reply {answer[3]}")
    return relay


def main():
    proxy, target, *processes = map(int, sys.argv[1:])
    with contextlib.ExitStack() as relays, socket.create_server(("127.0.0.1", target), backlog=RELAYS) as server:
        for _ in range(RELAYS):
            relays.enter_context(open_relay(proxy, target))
            relays.enter_context(server.accept()[0])
        time.sleep(SETTLE_SECONDS)
        before = cpu_seconds(processes)
        time.sleep(IDLE_SECONDS)
        share = (cpu_seconds(processes) - before) / IDLE_SECONDS
    print(f"{RELAYS} idle relays take {share:.2%} of a core")
    return 0 if share <= ALLOWED_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
