// SPDX-License-Identifier: MIT
#include "engine/owner/program_list.h"

#include <algorithm>
#include <tuple>

namespace engine
{

QList<Program> sortedPrograms(QList<Program> programs)
{
    programs.removeIf([](const Program &program) { return program.name.isEmpty(); });
    const auto less = [](const Program &a, const Program &b) {
        if (const int names = a.name.compare(b.name, Qt::CaseInsensitive); names != 0)
            return names < 0;
        return std::tie(a.name, a.path, a.script, a.processId) <
               std::tie(b.name, b.path, b.script, b.processId);
    };
    const auto isSame = [](const Program &a, const Program &b) {
        return std::tie(a.name, a.path, a.script) == std::tie(b.name, b.path, b.script);
    };
    std::sort(programs.begin(), programs.end(), less);
    programs.erase(std::unique(programs.begin(), programs.end(), isSame), programs.end());
    return programs;
}

} // namespace engine
