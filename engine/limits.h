// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

namespace engine
{

/// Every limit and timeout that a profile may override, with its default. The key in the profile's "limits"
/// object is the member's name, for durations followed by "Seconds". The ranges a profile must keep to stand
/// in profile_json.cpp. 0 clients means "no limit of our own" (the system's limit on descriptors remains).
struct Limits {
    /// From accept to the end of the request, however slowly the bytes trickle in.
    std::chrono::milliseconds handshakeTimeout{30'000};
    /// From the request to a connected target: name resolution and all attempts together.
    std::chrono::milliseconds connectTimeout{30'000};
    /// From the first reply to a BIND until the peer has come; SOCKS4.protocol says two minutes.
    std::chrono::milliseconds bindTimeout{120'000};
    /// No byte in either direction; noticed up to an eighth of it later. Long, because ssh and chat
    /// connections are silent for hours.
    std::chrono::milliseconds idleTimeout{4 * 3600'000};
    /// No byte while one direction is already closed.
    std::chrono::milliseconds halfClosedTimeout{300'000};
    /// No datagram to or from an association.
    std::chrono::milliseconds udpIdleTimeout{300'000};
    /// How long "stop" lets open connections finish before it aborts them.
    std::chrono::milliseconds drainTimeout{2'000};
    int maximumClients = 16'384;
    int maximumClientsPerAddress = 8'192;

    bool operator==(const Limits &) const = default;
};

// Limits that no profile changes.

/// RFC 8305 section 5, "Connection Attempt Delay".
inline constexpr std::chrono::milliseconds kConnectionAttemptDelay{250};
/// Addresses of one name that are tried; a name with thousands of records must not cost thousands of sockets.
inline constexpr int kMaximumAddressesPerName = 16;
/// Names being looked up, and of these at once; the others wait. A silent name server keeps one for as long
/// as it keeps the system's resolver.
inline constexpr int kMaximumPendingLookups = 1'024;
inline constexpr std::size_t kMaximumLookupThreads = 256;
/// How long a thread that has looked a name up waits for the next.
inline constexpr std::chrono::milliseconds kLookupThreadIdleTime{10'000};
/// Servers one connection may go through.
inline constexpr int kMaximumChainLength = 8;
/// Ways through a group that are tried for one connection, one after the other.
inline constexpr std::size_t kMaximumPaths = 8;
/// How long a server may take to answer before the next of its group is tried; also bounds what it may take
/// when there is no other, up to the point where only the target can be waited for.
inline constexpr std::chrono::milliseconds kUpstreamTimeout{10'000};
/// How long a server may take when it is tried out, for each transport.
inline constexpr std::chrono::milliseconds kCheckTimeout{15'000};
/// Servers that are tried out at once; more are refused.
inline constexpr std::size_t kMaximumChecks = 64;
/// Servers of a group that are waited for in vain within a client's connectTimeout, when that is too short
/// for kUpstreamTimeout.
inline constexpr int kSilentServersPerClient = 3;
/// Failures in a row until a server is taken for dead and others of its group go first.
inline constexpr int kFailuresUntilDown = 2;
/// Pause until a server of a group that has failed once is probed, which tells accident from death.
inline constexpr std::chrono::milliseconds kDoubtDelay{1'000};
/// Pause until a dead server of a group is probed again: doubles from the first to the longest.
inline constexpr std::chrono::milliseconds kFirstRetryDelay{5'000};
inline constexpr std::chrono::milliseconds kLongestRetryDelay{300'000};
inline constexpr int kRetryDoublings = 6;
/// Probes in a row that a dead server has to pass until it is used again, and the pause between them.
inline constexpr int kProbesUntilUp = 2;
inline constexpr std::chrono::milliseconds kProbeInterval{2'000};
/// How long a server that has come back has to work until the next pause is the first again. One that comes
/// and goes is away longer each time.
inline constexpr std::chrono::milliseconds kHealthMemory{300'000};
/// Servers that are probed at once.
inline constexpr std::size_t kMaximumProbes = 4;
/// Requests for one thing that one server has not answered yet which look like a loop: it is put to the test.
inline constexpr std::size_t kSuspiciousRequests = 16;
/// How long such a test may take, how many there may be at once, and how long a server that has passed one is
/// spared.
inline constexpr std::chrono::milliseconds kLoopTestTimeout{10'000};
inline constexpr std::size_t kMaximumLoopTests = 4;
inline constexpr std::chrono::milliseconds kLoopTestPause{300'000};
/// How long a server that leads back here is asked for nothing.
inline constexpr std::chrono::milliseconds kLoopMemory{60'000};
/// Bytes a server may say beside an association, where it has nothing to say.
inline constexpr std::size_t kMaximumControlChatter = 4'096;
/// Bytes that wait at either end of a TLS connection before the other is read no further.
inline constexpr std::size_t kTlsHighWaterMark = std::size_t{256} * 1024;
/// How long a TLS connection stays open whose near end has finished sending and whose far end is silent.
inline constexpr std::chrono::milliseconds kTlsHalfClosedTimeout{20'000};
/// Peers waiting at once for a BIND's one place.
inline constexpr int kBindBacklog = 16;
/// Peers a BIND looks at in one turn, and turns away when they are not the one it waits for.
inline constexpr int kPeersPerTurn = 16;
/// RFC 1928 section 7: "The reassembly timer MUST be no less than 5 seconds".
inline constexpr std::chrono::milliseconds kReassemblyTimeout{5'000};
/// Bytes of one datagram's fragments that an association keeps.
inline constexpr std::size_t kMaximumReassemblySize = std::size_t{64} * 1024;
/// Pause after a way for UDP by way of servers has failed, until a datagram may open it again.
inline constexpr std::chrono::milliseconds kUdpRouteRetryDelay{2'000};
/// Ways that one association's datagrams may take at once.
inline constexpr std::size_t kMaximumUdpRoutes = 16;
/// Peers whose datagrams may come back to an association; the one that was new longest ago goes first.
inline constexpr std::size_t kMaximumUdpPeers = 4'096;
/// Datagrams that wait for the address of their destination, for each association.
inline constexpr std::size_t kMaximumUnresolvedDatagrams = 32;
/// The same, until it is found out which program sends them.
inline constexpr std::size_t kMaximumUnidentifiedDatagrams = 32;
/// How long an association uses a name's address without asking again, or leaves a name without one to
/// servers, and of how many names.
inline constexpr std::chrono::seconds kUdpNameLifetime{60};
inline constexpr int kMaximumUdpNames = 256;
/// Batches of datagrams one socket of an association moves before the others get their turn.
inline constexpr int kUdpBatchesPerTurn = 8;
/// Passwords waiting to be verified. Beyond it a login fails with TooManyPendingLogins.
inline constexpr int kMaximumPendingLogins = 64;
/// Of these, from one source address: who tries passwords must not keep others from logging in.
inline constexpr int kMaximumPendingLoginsPerAddress = 4;
/// Wrong passwords an address may give before its next login has to wait; the wait doubles with each more.
inline constexpr int kFreeLoginFailures = 3;
inline constexpr std::chrono::milliseconds kFirstLoginDelay{250};
inline constexpr std::chrono::milliseconds kLongestLoginDelay{16'000};
/// How long an address has to keep still for its failures to be forgotten, and of how many they are
/// remembered.
inline constexpr std::chrono::minutes kLoginFailureLifetime{15};
inline constexpr int kMaximumLoginPenalties = 4'096;
/// How long a verified password need not be derived again.
inline constexpr std::chrono::minutes kLoginCacheLifetime{10};
inline constexpr int kMaximumCachedLogins = 256;
/// Pause after accept() failed for want of descriptors or memory.
inline constexpr std::chrono::milliseconds kAcceptRetryDelay{200};
/// Waiting clients dropped at once when there is no descriptor for them.
inline constexpr int kMaximumShedPerRetry = 64;
/// Descriptors kept back from clients: listeners, pipes, log, profile, libraries.
inline constexpr int kReservedDescriptors = 96;
/// How long a refused client may take to hang up. RFC 1928 section 6 allows ten seconds.
inline constexpr std::chrono::milliseconds kRefusalLinger{2'000};
/// How often a half-closed connection is looked at for a reset that the poller did not report.
inline constexpr std::chrono::milliseconds kHalfClosedCheckInterval{2'000};
/// Bytes a client may send ahead of its reply before it is read no further, and that a session reads in one
/// turn.
inline constexpr int kMaximumEarlyData = 64 * 1024;
/// Request line and headers of an HTTP client, together; and how many headers. No browser comes near either.
inline constexpr int kMaximumHttpHeadSize = 64 * 1024;
inline constexpr int kMaximumHttpHeaders = 128;
/// How long a client of the HTTP proxy may take to its next request.
inline constexpr std::chrono::milliseconds kHttpKeepAlive{120'000};
/// How long it may take to find out which program a connection belongs to; later than that nobody waits for
/// it.
inline constexpr std::chrono::milliseconds kOwnerLookupTimeout{300};
/// Such questions under way at once, those that nobody waits for included.
inline constexpr std::size_t kMaximumPendingOwnerLookups = 1'024;
/// Parents of a program that are looked at: enough for a browser below a desktop session or a shell in a
/// shell.
inline constexpr std::size_t kMaximumParentPrograms = 16;
/// Open connections that are decided about once more in one turn after the rules have changed, and programs
/// and names that are looked for at once to that end: few, for new clients wait behind them.
inline constexpr int kReviewsPerTurn = 512;
inline constexpr std::size_t kMaximumReviewLookups = 4;
/// Destinations of an association whose decisions are remembered.
inline constexpr std::size_t kMaximumUdpDecisions = 1'024;
/// Events kept for the log until they are taken; older ones are dropped and counted.
inline constexpr int kMaximumPendingEvents = 4'096;
/// Connections that opened and closed between two deltas and are still shown; more are only counted.
inline constexpr int kMaximumBriefConnections = 1'024;
/// Programs that are looked for between two deltas for the sake of showing them, and connections that wait
/// for it; more stay without.
inline constexpr int kIdentificationsPerDelta = 16;
/// Programs that are looked for between two deltas because their connections have lines in the log.
inline constexpr int kIdentificationsForLog = 64;
inline constexpr std::size_t kMaximumUnidentified = 4'096;
/// Deltas are at least this far apart: five a second in view, one a second for the tray.
inline constexpr std::chrono::milliseconds kDeltaInterval{200};
inline constexpr std::chrono::milliseconds kTotalsInterval{1'000};

/// Of a path of Windows, which are NT's below: wchar_t, with its end.
inline constexpr std::size_t kMaximumNtPath = 32'768;

} // namespace engine
