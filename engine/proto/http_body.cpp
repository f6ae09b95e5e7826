// SPDX-License-Identifier: MIT
#include "engine/proto/http_body.h"

#include "engine/limits.h"

#include <algorithm>

namespace engine::http
{

namespace
{

/// A chunk's size with its extensions, which nobody uses.
constexpr std::size_t kMaximumSizeLine = 1024;
/// Sizes beyond this are an attack on somebody's arithmetic.
constexpr std::uint64_t kMaximumChunk = std::uint64_t{1} << 59;

int hexValue(std::uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    const int lower = byte | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

BodyWatch::BodyWatch(Framing framing, std::uint64_t contentLength)
    : m_left(contentLength)
{
    switch (framing) {
    case Framing::NoBody:
        m_state = State::Done;
        break;
    case Framing::Length:
        m_state = contentLength > 0 ? State::Length : State::Done;
        break;
    case Framing::Chunked:
        m_state = State::ChunkSizeStart;
        m_left = 0;
        break;
    case Framing::UntilClose:
        m_state = State::UntilClose;
        break;
    }
}

std::size_t BodyWatch::take(Bytes bytes)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && m_state != State::Done && m_state != State::Bad) {
        if (m_state == State::UntilClose)
            return bytes.size();
        if (m_state != State::Length && m_state != State::ChunkData) {
            takeByte(bytes[taken]);
            ++taken;
            continue;
        }
        const auto part = std::min<std::uint64_t>(m_left, bytes.size() - taken);
        taken += static_cast<std::size_t>(part);
        m_left -= part;
        if (m_left == 0)
            m_state = m_state == State::Length ? State::Done : State::ChunkDataCr;
    }
    return taken;
}

void BodyWatch::takeByte(std::uint8_t byte)
{
    const auto expect = [byte](char wanted, State next) {
        return byte == static_cast<std::uint8_t>(wanted) ? next : State::Bad;
    };
    switch (m_state) {
    case State::ChunkSizeStart:
    case State::ChunkSize:
        m_state = afterSizeByte(byte);
        break;
    case State::ChunkExtension:
        m_state = afterTextByte(byte, State::ChunkSizeLf);
        break;
    case State::ChunkSizeLf:
        m_overhead = 0;
        m_state = expect('\n', m_left == 0 ? State::TrailerStart : State::ChunkData);
        break;
    case State::ChunkDataCr:
        m_state = expect('\r', State::ChunkDataLf);
        break;
    case State::ChunkDataLf:
        m_state = expect('\n', State::ChunkSizeStart);
        break;
    case State::TrailerStart:
        m_state = afterTextByte(byte, State::LastLf);
        break;
    case State::Trailer:
        m_state = afterTextByte(byte, State::TrailerLf);
        break;
    case State::TrailerLf:
        m_state = expect('\n', State::TrailerStart);
        break;
    case State::LastLf:
        m_state = expect('\n', State::Done);
        break;
    case State::Length:
    case State::UntilClose:
    case State::ChunkData:
    case State::Done:
    case State::Bad:
        break;
    }
}

BodyWatch::State BodyWatch::afterSizeByte(std::uint8_t byte)
{
    const int digit = hexValue(byte);
    if (digit >= 0) {
        if (m_left >= kMaximumChunk / 16 || ++m_overhead > kMaximumSizeLine)
            return State::Bad;
        m_left = m_left * 16 + static_cast<std::uint64_t>(digit);
        return State::ChunkSize;
    }
    if (m_state == State::ChunkSizeStart)
        return State::Bad;
    if (byte == ';')
        return State::ChunkExtension;
    return byte == '\r' ? State::ChunkSizeLf : State::Bad;
}

/// Text up to CRLF, of an extension or a trailer; both are bounded.
BodyWatch::State BodyWatch::afterTextByte(std::uint8_t byte, State onCr)
{
    const bool isTrailer = m_state != State::ChunkExtension;
    if (++m_overhead > (isTrailer ? std::size_t{kMaximumHttpHeadSize} : kMaximumSizeLine))
        return State::Bad;
    if (byte == '\r')
        return onCr;
    if (byte == '\n' || byte == '\0')
        return State::Bad;
    return isTrailer ? State::Trailer : State::ChunkExtension;
}

} // namespace engine::http
