// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/owner/socket_owner.h"
#include "engine/profile.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sys/types.h>

struct inet_diag_req_v2;

namespace engine
{

/// A socket as the kernel names it.
struct DiagnosedSocket {
    std::uint64_t inode = 0;
    uid_t user = 0;
};

/// Asks the kernel for sockets of this machine by their addresses (sock_diag(7)).
class SocketDiagnosis
{
public:
    SocketDiagnosis();
    ~SocketDiagnosis();
    Q_DISABLE_COPY_MOVE(SocketDiagnosis)

    /// The socket between these two, or of UDP the one that receives what `server` sends to `client`. Nothing
    /// also for a socket that no process has open any more.
    [[nodiscard]] std::optional<DiagnosedSocket> find(Transport transport, const Endpoint &client,
                                                      const Endpoint &server);

    /// The sockets between two endpoints of one family each, in as few calls as possible: one place in the
    /// answer for each question.
    [[nodiscard]] std::vector<std::optional<DiagnosedSocket>>
    findPairs(std::span<const SocketQuestion> questions);

private:
    struct Candidate {
        DiagnosedSocket socket;
        int rank = 0;
    };

    [[nodiscard]] std::optional<DiagnosedSocket> findPair(Transport transport, const Endpoint &client,
                                                          const Endpoint &server);
    void findPairsAtOnce(std::span<const SocketQuestion> questions,
                         std::span<std::optional<DiagnosedSocket>> found);
    [[nodiscard]] std::optional<DiagnosedSocket> findByPort(const Endpoint &client, const Endpoint &server);
    [[nodiscard]] bool send(const inet_diag_req_v2 &request, std::uint16_t flags);
    template <typename Visit> void receive(Visit visit);

    int m_netlink = -1;
    std::uint32_t m_sequence = 0;
};

} // namespace engine
