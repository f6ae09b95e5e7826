// SPDX-License-Identifier: MIT
#include "ui/sharedsettings.h"

#include <optional>
#include <string>

#include <windows.h>

namespace ui
{

namespace
{

// What QSettings begins the names of the user's keys with.
constexpr QStringView kUsersKeys = u"\\HKEY_CURRENT_USER\\";

std::wstring pathOf(const QString &place)
{
    return place.startsWith(kUsersKeys) ? place.sliced(kUsersKeys.size()).toStdWString() : std::wstring();
}

/// How many keys and values a key of the user holds; none when it does not exist.
std::optional<DWORD> contentsOf(const std::wstring &path)
{
    HKEY key = nullptr;
    if (::RegOpenKeyExW(HKEY_CURRENT_USER, path.c_str(), 0, KEY_QUERY_VALUE, &key) != ERROR_SUCCESS)
        return {};
    DWORD keys = 0;
    DWORD values = 0;
    const LSTATUS status = ::RegQueryInfoKeyW(key, nullptr, nullptr, nullptr, &keys, nullptr, nullptr,
                                              &values, nullptr, nullptr, nullptr, nullptr);
    ::RegCloseKey(key);
    return status == ERROR_SUCCESS ? std::optional(keys + values) : std::nullopt;
}

} // namespace

void removeSharedSettings(const QString &place)
{
    // The organization's key, and in it that of its programs.
    constexpr int kLevels = 2;
    std::wstring path = pathOf(place);
    for (int level = 0; level < kLevels && !path.empty() && contentsOf(path) == 0U; ++level) {
        ::RegDeleteKeyW(HKEY_CURRENT_USER, path.c_str());
        const std::size_t end = path.rfind(L'\\');
        path.resize(end == std::wstring::npos ? 0 : end);
    }
}

} // namespace ui
