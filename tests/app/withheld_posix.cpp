// SPDX-License-Identifier: MIT
#include "withheld.h"

#include "tests/support/unprivileged.h"

#include <QFile>
#include <QFileInfo>

#include <optional>

namespace
{

/// Changes a file's permissions for as long as it lives.
class Permissions
{
public:
    Permissions(const QString &path, QFile::Permissions permissions)
        : m_path(path)
        , m_before(QFile::permissions(path))
        , m_isSo(QFile::setPermissions(path, permissions))
    {
    }
    ~Permissions() { QFile::setPermissions(m_path, m_before); }
    Q_DISABLE_COPY_MOVE(Permissions)
    [[nodiscard]] bool isSo() const { return m_isSo; }

private:
    QString m_path;
    QFile::Permissions m_before;
    bool m_isSo;
};

constexpr QFile::Permissions kRead = QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther;
constexpr QFile::Permissions kWrite = QFile::WriteOwner | QFile::WriteGroup | QFile::WriteOther;
constexpr QFile::Permissions kEnter = QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther;

} // namespace

/// Root may read everything, and the others nothing in a directory of root's.
struct Withheld::Means {
    Permissions directory;
    Permissions file;
    test::Unprivileged user{};
};

Withheld::Withheld(const QString &path, From from)
    : m_means(from == From::Opening ? new Means{{QFileInfo(path).path(), kRead | kWrite | kEnter}, {path, {}}}
                                    : new Means{{QFileInfo(path).path(), kRead | kEnter}, {path, kRead}})
{
}

Withheld::~Withheld() = default;

bool Withheld::isSo() const
{
    return m_means->directory.isSo() && m_means->file.isSo() && m_means->user.isSo();
}
