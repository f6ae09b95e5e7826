// SPDX-License-Identifier: MIT
#include "ui/filedialog.h"

#include "ui/sharedsettings.h"

#include <QCoreApplication>
#include <QSettings>
#include <QVariantHash>

namespace ui
{

namespace
{

// What QFileDialog writes to when it is destroyed.
const QString kOrganization = QStringLiteral("QtProject");
const QString kGroup = QStringLiteral("FileDialog");

struct State {
    QVariantHash values;
    bool isThere = false; ///< the place where settings are kept, with whatever else there is
};

State currentState()
{
    State state;
    QSettings settings(QSettings::UserScope, kOrganization);
    settings.setFallbacksEnabled(false);
    state.isThere = areSharedSettingsThere(settings.fileName());
    settings.beginGroup(kGroup);
    const QStringList keys = settings.allKeys();
    for (const QString &key : keys)
        state.values.insert(key, settings.value(key));
    return state;
}

void restore(const State &state)
{
    QString place;
    {
        QSettings settings(QSettings::UserScope, kOrganization);
        settings.setFallbacksEnabled(false);
        settings.remove(kGroup);
        settings.beginGroup(kGroup);
        for (auto value = state.values.cbegin(); value != state.values.cend(); ++value)
            settings.setValue(value.key(), value.value());
        settings.endGroup();
        if (!state.isThere && settings.allKeys().isEmpty())
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

} // namespace ui
