// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/profile.h"
#include "engine/trace_step.h"

#include <QList>
#include <QString>

namespace engine
{

/// A request, real or imagined, that is to be explained.
struct ExplainRequest {
    Application application; ///< of a local client; an empty name and path: not identified
    QString host;            ///< a name or an address
    std::uint16_t port = 0;
    Transport transport = Transport::Tcp;
    QString user;            ///< who logged in; empty: nobody
    Address client;          ///< where from; null: this machine
    Address resolved;        ///< of a name that was resolved here for the rules; null: it was not
    QStringList deadServers; ///< ids of those that are taken for dead (ServerHealth::isDown)

    bool operator==(const ExplainRequest &) const = default;
};

/// One rule that was tried.
struct ExplainedRule {
    TraceStep step; ///< why it did not match: the first condition that failed, with what was compared
    bool matched = false;
    QString reason; ///< the same in English
};

/// What would be done with a request, and why.
struct Explanation {
    QList<ExplainedRule> rules; ///< in order, up to the one that decided
    Action action;
    int rule = -1;          ///< index of the rule that decided; -1: none
    QString decidedBy;      ///< its name, "Default", "mode Direct" and the like. English
    QString route;          ///< name of the server or route; empty: none
    QStringList servers;    ///< names of the servers it would go through, in order
    QStringList passedOver; ///< names of those it would go through instead, were they not taken for dead

    /// Line by line, as `hosier --explain` prints it.
    [[nodiscard]] QStringList toLines() const;
};

/// Decides, and chooses the servers, as the engine would under this profile, without opening anything. Any
/// thread.
[[nodiscard]] Explanation explainRequest(const Profile &profile, const ExplainRequest &request);

} // namespace engine
