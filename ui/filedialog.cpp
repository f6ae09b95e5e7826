// SPDX-License-Identifier: MIT
#include "ui/filedialog.h"

#include "ui/sharedsettings.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <QVariantHash>

namespace ui
{

namespace
{

// What QFileDialog writes to when it is destroyed.
const QString kOrganization = QStringLiteral("QtProject");
const QString kGroup = QStringLiteral("FileDialog");

QVariantHash currentState()
{
    QVariantHash state;
    QSettings settings(QSettings::UserScope, kOrganization);
    settings.setFallbacksEnabled(false);
    settings.beginGroup(kGroup);
    const QStringList keys = settings.allKeys();
    for (const QString &key : keys)
        state.insert(key, settings.value(key));
    return state;
}

void restore(const QVariantHash &state)
{
    QString place;
    {
        QSettings settings(QSettings::UserScope, kOrganization);
        settings.setFallbacksEnabled(false);
        settings.remove(kGroup);
        settings.beginGroup(kGroup);
        for (auto value = state.cbegin(); value != state.cend(); ++value)
            settings.setValue(value.key(), value.value());
        settings.endGroup();
        if (settings.allKeys().isEmpty())
            place = settings.fileName();
    } // here they are written
    if (!place.isEmpty())
        removeSharedSettings(place);
}

} // namespace

FileDialog::~FileDialog()
{
    // ~QFileDialog(), which writes, runs between this and the signal.
    connect(this, &QObject::destroyed, QCoreApplication::instance(),
            [state = currentState()] { restore(state); });
}

QString documentsFolder()
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileInfo(documents).isDir() ? documents
                                        : QStandardPaths::writableLocation(QStandardPaths::HomeLocation);
}

} // namespace ui
