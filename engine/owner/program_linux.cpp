// SPDX-License-Identifier: MIT
#include "engine/owner/program.h"

#include "engine/limits.h"
#include "engine/owner/process_catalog_linux.h"
#include "engine/owner/program_text.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <unordered_map>

#include <pwd.h>

namespace engine
{

namespace
{

constexpr std::size_t kMaximumKnownUsers = 64;
constexpr std::size_t kMaximumLines = 8;
/// While a process connects again and again. A parent that becomes another program meanwhile is seen this
/// much later; one that ends, at once.
constexpr std::chrono::milliseconds kParentsAge{10};

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
    struct Line {
        ProcessEntry process;
        QList<Program> parents;
        std::chrono::steady_clock::time_point readAt;
    };

    ProcessCatalog processes;
    std::deque<Line> lines; ///< read last first
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
    [[nodiscard]] QList<Program> parentsOf(const ProcessEntry &process);
    [[nodiscard]] QList<Program> readParents(const ProcessEntry &process);
};

QList<Program> ApplicationDescriber::State::parentsOf(const ProcessEntry &process)
{
    const auto now = std::chrono::steady_clock::now();
    const auto known = std::find_if(lines.begin(), lines.end(),
                                    [&process](const Line &line) { return line.process == process; });
    if (known != lines.end() && now - known->readAt < kParentsAge)
        return known->parents;
    if (known != lines.end())
        lines.erase(known);
    lines.push_front({process, readParents(process), now});
    if (lines.size() > kMaximumLines)
        lines.pop_back();
    return lines.front().parents;
}

QList<Program> ApplicationDescriber::State::readParents(const ProcessEntry &process)
{
    QList<Program> seen;
    const auto find = [&](std::int64_t processId) -> std::optional<ProcessEntry> {
        const auto look = processes.look(processId);
        if (!look)
            return std::nullopt;
        seen.append(programFrom(processId, look->program));
        return look->entry;
    };
    // The last that was seen may not be a parent.
    const auto count = ancestorsOf(process, find, kMaximumParentPrograms).size();
    return seen.first(static_cast<qsizetype>(count));
}

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
    return Application{programFrom(id, own->program), m_state->userName(mark->user),
                       m_state->parentsOf(own->entry)};
}

} // namespace engine
