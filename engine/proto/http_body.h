// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/http.h"

// Where a body ends (RFC 9112 section 6.3), watched while its bytes pass through as they are.
namespace engine::http
{

/// Watches one body. Unlike the parsers it remembers where it stands, since bodies are not kept.
class BodyWatch
{
public:
    BodyWatch() = default; ///< no body
    BodyWatch(Framing framing, std::uint64_t contentLength);

    /// How many of these bytes, the next of the stream, belong to the body.
    std::size_t take(Bytes bytes);
    [[nodiscard]] bool isDone() const { return m_state == State::Done; }
    /// The chunks are malformed: nothing behind it can be understood.
    [[nodiscard]] bool isBad() const { return m_state == State::Bad; }
    /// Ends with the connection and not before.
    [[nodiscard]] bool isUntilClose() const { return m_state == State::UntilClose; }

private:
    /// RFC 9112 section 7.1, in its order.
    enum class State : std::uint8_t {
        Length,
        UntilClose,
        ChunkSizeStart,
        ChunkSize,
        ChunkExtension,
        ChunkSizeLf,
        ChunkData,
        ChunkDataCr,
        ChunkDataLf,
        TrailerStart,
        Trailer,
        TrailerLf,
        LastLf,
        Done,
        Bad,
    };

    void takeByte(std::uint8_t byte);
    [[nodiscard]] State afterSizeByte(std::uint8_t byte);
    [[nodiscard]] State afterTextByte(std::uint8_t byte, State onCr);

    State m_state = State::Done;
    std::uint64_t m_left = 0;   ///< of the length, or of the chunk
    std::size_t m_overhead = 0; ///< bytes of the size line or the trailers so far
};

} // namespace engine::http
