// SPDX-License-Identifier: MIT

// A client of a SOCKS5 proxy on this machine, for where no other can be had: it is its own target.
//   socksprobe PORT connect|udp|bind
// Prints the proxy's reply; ends with 0 when what was sent came back, with 1 when not.

#include "tests/support/echoserver.h"
#include "tests/support/socksclient.h"

#include <cstdio>
#include <cstdlib>

using namespace test;

namespace
{

const QByteArray kPayload = "what goes out has to come back";

/// The proxy's answer to a request; the client stays open for what comes after it.
SocksReply request(RawSocket &client, const engine::Endpoint &target, int command)
{
    client.send(socks5Greeting() + socks5Request(target, command));
    if (client.receive(2) != QByteArray::fromHex("0500"))
        return {};
    const SocksReply reply = readSocks5Reply(client);
    std::printf("reply %d\n", reply.code);
    return reply;
}

bool tryConnect(RawSocket &client)
{
    const EchoServer target;
    return request(client, target.endpoint(), kConnect).code == 0 && client.send(kPayload) &&
           client.receive(kPayload.size()) == kPayload;
}

bool tryUdp(RawSocket &client)
{
    const RawDatagrams own;
    const RawDatagrams target;
    const SocksReply reply = request(client, own.endpoint(), kUdpAssociate);
    if (reply.code != 0)
        return false;
    // RFC 1928 section 7: what stands before the payload is a request's end, with RSV and FRAG before it.
    const QByteArray header = QByteArray(3, '\0') + socks5Request(target.endpoint()).sliced(3);
    own.send(reply.bound, header + kPayload);
    const RawDatagrams::Received asked = target.receive();
    if (asked.bytes != kPayload)
        return false;
    target.send(asked.from, kPayload);
    return own.receive().bytes == header + kPayload;
}

bool tryBind(RawSocket &client)
{
    const SocksReply reply = request(client, endpoint("127.0.0.1", 0), kBind);
    if (reply.code != 0)
        return false;
    RawSocket peer = RawSocket::connectTo(reply.bound);
    const SocksReply second = readSocks5Reply(client);
    return second.code == 0 && second.bound == peer.local() && peer.send(kPayload) &&
           client.receive(kPayload.size()) == kPayload;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return EXIT_FAILURE;
    RawSocket client = RawSocket::connectTo(endpoint("127.0.0.1", std::atoi(argv[1])));
    const QByteArray what = argv[2];
    bool done = false;
    if (what == "connect")
        done = tryConnect(client);
    else if (what == "udp")
        done = tryUdp(client);
    else if (what == "bind")
        done = tryBind(client);
    std::puts(done ? "passed" : "failed");
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
