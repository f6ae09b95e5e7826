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

const QFile::Permissions kForAll = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadGroup |
                                   QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                                   QFile::WriteOther | QFile::ExeOther;

} // namespace

/// Root may read everything, and the others nothing in a directory of root's.
struct Withheld::Means {
    Permissions directory;
    Permissions file;
    test::Unprivileged user{};
};

Withheld::Withheld(const QString &path)
    : m_means(new Means{{QFileInfo(path).path(), kForAll}, {path, {}}})
{
}

Withheld::~Withheld() = default;

bool Withheld::isSo() const
{
    return m_means->directory.isSo() && m_means->file.isSo() && m_means->user.isSo();
}
