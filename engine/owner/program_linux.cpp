// SPDX-License-Identifier: MIT
#include "engine/owner/program.h"

#include "engine/limits.h"
#include "engine/owner/process_catalog_linux.h"
#include "engine/owner/program_text.h"

#include <QFile>

#include <array>
#include <unordered_map>

#include <pwd.h>

namespace engine
{

namespace
{

constexpr std::size_t kMaximumKnownUsers = 64;

QByteArray nameOfUser(std::uint32_t user)
{
    passwd entry{};
    passwd *found = nullptr;
    std::array<char, 4'096> buffer;
    if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return found->pw_name;
    return QByteArray::number(user);
}

/// In strings of its own: what the catalog keeps must not be shared with other threads.
Program programFrom(std::int64_t processId, const ProgramText &text)
{
    return {processId, QString::fromUtf8(text.name), QFile::decodeName(text.path),
            QFile::decodeName(text.script)};
}

} // namespace

struct ApplicationDescriber::State {
    ProcessCatalog processes;
    std::unordered_map<std::uint32_t, QByteArray> users;

    QString userName(std::uint32_t user)
    {
        if (users.size() >= kMaximumKnownUsers)
            users.clear();
        const auto [known, isNew] = users.try_emplace(user);
        if (isNew)
            known->second = nameOfUser(user);
        return QString::fromUtf8(known->second);
    }
};

ApplicationDescriber::ApplicationDescriber()
    : m_state(std::make_unique<State>())
{
}

ApplicationDescriber::~ApplicationDescriber() = default;

std::optional<Application> ApplicationDescriber::describe(const ProcessIdentity &process)
{
    const std::int64_t id = process.processId;
    const auto own = m_state->processes.look(id);
    const auto mark = markOf(id);
    if (!own || !mark || !(own->entry.process == process))
        return std::nullopt;
    Application application{programFrom(id, own->program), m_state->userName(mark->user), {}};
    QList<Program> seen;
    const auto find = [&](std::int64_t processId) -> std::optional<ProcessEntry> {
        const auto look = m_state->processes.look(processId);
        if (!look)
            return std::nullopt;
        seen.append(programFrom(processId, look->program));
        return look->entry;
    };
    // The last that was seen may not be a parent.
    const auto count = ancestorsOf(own->entry, find, kMaximumParentPrograms).size();
    application.parents = seen.first(static_cast<qsizetype>(count));
    return application;
}

} // namespace engine
