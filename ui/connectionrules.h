// SPDX-License-Identifier: MIT
#pragma once

#include "engine/explanation.h"
#include "engine/snapshot.h"

// What a connection gives a new rule or a question to start from.

namespace ui
{

/// What of a connection a new rule is for.
enum class RuleSubject : std::uint8_t { Application, Host, Domain, ApplicationAndHost };

/// How a rule tells the program: a script always by its path, as its name is the interpreter's.
enum class ProgramForm : std::uint8_t { Name, Path };

/// Nothing when the connection has no such thing, it is not known, or a rule that lists it would be for
/// others, too: a client may ask for the name "*".
[[nodiscard]] std::optional<engine::RuleProfile>
ruleFor(const engine::Connection &connection, RuleSubject subject, ProgramForm form = ProgramForm::Name);
/// Whether a rule or the default action has decided about it. One without a rule may be one that no rule
/// matched, or one that is not decided about yet; what is not has no route either.
[[nodiscard]] bool isDecided(const engine::Connection &connection);
/// As far as the state alone tells: only what is decided about goes on, or ends without an error.
[[nodiscard]] bool isDecided(engine::ConnectionState state);
/// The question of how a connection like it would be decided.
[[nodiscard]] engine::ExplainRequest explainRequestFor(const engine::Connection &connection);

} // namespace ui
