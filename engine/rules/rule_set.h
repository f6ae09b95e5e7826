// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/profile.h"
#include "engine/proto/destination.h"

#include <memory>
#include <optional>

namespace engine
{

/// What is to be decided about. Everything a rule can ask for.
struct RuleQuery {
    Transport transport = Transport::Tcp;
    Destination destination;                  ///< as asked for
    std::optional<Address> resolved;          ///< of a name, when the profile says resolveForRules
    Address client;                           ///< where the request came from
    QString user;                             ///< who logged in; empty: nobody
    const Application *application = nullptr; ///< of a local client; null: not identified
    bool isLocal = true;                      ///< the client runs on this machine
};

/// What was decided, and by what.
struct Decision {
    static constexpr int kDefaultRule = -1;      ///< no rule matched: the default action
    static constexpr int kModeRule = -2;         ///< the mode decided, no rule was asked
    static constexpr int kUnidentifiedRule = -3; ///< the profile's unidentifiedApplications

    Action action;
    int rule = kDefaultRule; ///< index into the profile's rules, or one of the above
};

/// The rules of one profile, compiled: immutable, and asked on the engine's thread.
class RuleSet
{
public:
    explicit RuleSet(const Profile &profile);
    ~RuleSet();
    Q_DISABLE_COPY_MOVE(RuleSet)

    [[nodiscard]] Decision decide(const RuleQuery &query) const;

    /// Whether some enabled rule asks for the application: without one nobody need be identified.
    [[nodiscard]] bool asksForApplications() const;
    /// Whether names have to be resolved before decide(): resolveForRules, and rules on addresses.
    [[nodiscard]] bool asksForAddresses() const;

private:
    struct Compiled;
    std::unique_ptr<const Compiled> m_compiled;
};

} // namespace engine
