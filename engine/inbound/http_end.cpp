// SPDX-License-Identifier: MIT
#include "engine/inbound/http_end.h"

#include "engine/limits.h"

#include <array>
#include <utility>

namespace engine
{

namespace
{

constexpr std::size_t kReadSize = std::size_t{16} * 1024;

} // namespace

void HttpEnd::note(net::ReadyFlags ready)
{
    readable |= bool(ready & (net::Ready::Readable | net::Ready::Broken));
    writable |= ready.testFlag(net::Ready::Writable);
    peerClosed |= bool(ready & (net::Ready::PeerClosed | net::Ready::Broken));
    urgent |= ready.testFlag(net::Ready::Urgent);
}

void HttpEnd::continueLater(net::Poller &poller) const
{
    net::ReadyFlags ready;
    ready.setFlag(net::Ready::Readable, readable);
    ready.setFlag(net::Ready::Writable, writable);
    if (socket.isOpen() && ready)
        poller.continueLater(socket.descriptor(), ready);
}

HttpEnd::Io HttpEnd::receive(net::Poller &poller)
{
    if (ended || !readable || in.size() >= kMaximumHttpHeadSize)
        return Io::Wait;
    std::array<std::uint8_t, kReadSize> buffer;
    const net::IoResult result = socket.receive(buffer);
    if (result.status == net::IoStatus::Failed)
        return Io::Broken;
    // A short read has emptied the socket, unless a FIN or an urgent mark stands behind it.
    const bool mayHaveMore = result.bytes == buffer.size() || peerClosed || urgent;
    if (result.status == net::IoStatus::WouldBlock || !mayHaveMore) {
        readable = false;
        poller.rearm(socket.descriptor(), net::Ready::Readable);
    }
    ended = result.status == net::IoStatus::End;
    in.append(reinterpret_cast<const char *>(buffer.data()), static_cast<qsizetype>(result.bytes));
    return result.status == net::IoStatus::WouldBlock ? Io::Wait : Io::Progress;
}

HttpEnd::Io HttpEnd::flush(net::Poller &poller, std::size_t &sent)
{
    if (out.isEmpty() || !writable)
        return Io::Wait;
    const net::IoResult result = socket.send(bytesOf(out));
    if (result.status == net::IoStatus::Failed)
        return Io::Broken;
    if (result.status == net::IoStatus::WouldBlock) {
        writable = false;
        poller.rearm(socket.descriptor(), net::Ready::Writable);
        return Io::Wait;
    }
    out.remove(0, static_cast<qsizetype>(result.bytes));
    sent = result.bytes;
    return Io::Progress;
}

} // namespace engine
