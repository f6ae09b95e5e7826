// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/profile.h"
#include "ui/xmltree.h"

#include <QList>
#include <QString>

#include <cstdint>
#include <optional>

// Profiles of Proxifier (.ppx, XML; versions 101 and 102, of Windows and macOS). No widgets, no I/O.

namespace ui
{

/// What became of a part of the file. What is told of each stands in ppxtext.cpp.
enum class PpxFinding : std::uint8_t {
    // Taken over.
    ServerTaken,
    RouteTaken,
    RuleTaken,
    DefaultTaken,
    NamesByServer,
    // Taken over as something else.
    NewerVersion,
    NamesNowByServer,
    Socks4Names,
    PlainHttp,
    NameCut,
    StickyByHost,
    ComputerName,
    AddressBlock,
    WildcardNarrowed,
    ProgramSuffix,
    ForeignPath,
    UnquotedSpaces,
    AddressesNotForNames,
    ConditionUnknown,
    BlockedInstead,
    DefaultMissing,
    // Left out.
    SectionUnknown,
    SettingIgnored,
    ProtocolUnknown,
    AddressWrong,
    PortWrong,
    PasswordLocked,
    UserNameWrong,
    LoginOff,
    IdTwice,
    TooMany,
    MemberOff,
    MemberMissing,
    ChainBroken,
    ChainTooLong,
    RouteEmpty,
    RouteKindUnknown,
    TryDirect,
    MacroUnknown,
    WildcardUnusable,
    TargetWrong,
    PortsWrong,
    ApplicationWrong,
    RuleEmptied,
    DefaultKept, ///< where the import only adds
    ReportCutOff,
};

enum class PpxOutcome : std::uint8_t { Taken, Changed, LeftOut };

enum class PpxPart : std::uint8_t { File, Option, Server, Route, Rule, Default };

struct PpxLine {
    qint64 line = 0; ///< of the file, from 1
    PpxPart part = PpxPart::File;
    QString subject; ///< the name of the server, route or rule
    PpxFinding finding = PpxFinding::ServerTaken;
    QString value{};  ///< what the file says
    QString became{}; ///< what it is now

    bool operator==(const PpxLine &) const = default;
};

/// What a file holds. Ids are good for nothing but to tell its servers and routes apart: profileimport.h
/// gives others.
struct PpxProfile {
    QList<engine::ServerProfile> servers;
    QList<engine::RouteProfile> routes;
    QList<engine::RuleProfile> rules;
    std::optional<engine::Action> defaultAction; ///< nothing: the file has no such rule
    QList<PpxLine> report;                       ///< in the file's order, more or less
};

/// What the reader cannot know.
struct PpxContext {
    QString computerName; ///< what %ComputerName% stands for
    bool onWindows = false;
};

struct PpxProblem {
    bool isOther = false; ///< well-formed XML that is no Proxifier profile
    XmlProblem xml;       ///< otherwise
};

inline constexpr qsizetype kMaximumPpxReport = 2'000;

/// Reads a profile as far as it can be understood. Passwords are not read at all: Proxifier encrypts them.
[[nodiscard]] engine::Expected<PpxProfile, PpxProblem> readPpx(const QByteArray &content,
                                                               const PpxContext &context);

[[nodiscard]] PpxOutcome ppxOutcome(PpxFinding finding);

} // namespace ui
