// SPDX-License-Identifier: MIT
#include "ui/unidentifiedchoice.h"

#include "ui/actioncombo.h"
#include "ui/profilestore.h"

#include <QHBoxLayout>
#include <QLabel>

namespace ui
{

UnidentifiedChoice::UnidentifiedChoice(const ProfileStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_combo(new ActionCombo(store.profile(), this, tr("Skip rules about programs")))
{
    auto *label = new QLabel(tr("Programs that cannot be &identified:"), this);
    label->setBuddy(m_combo);
    m_combo->setObjectName(QStringLiteral("unidentifiedCombo"));
    m_combo->setAccessibleName(tr("Programs that cannot be identified"));
    const QString toolTip = tr("Of some connections the system does not tell which program of this computer "
                               "made them. This is done with one where a rule for programs would match but "
                               "for that; without it, such rules are skipped for them.");
    label->setToolTip(toolTip);
    m_combo->setToolTip(toolTip);
    m_combo->setAccessibleDescription(toolTip);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(10, 5, 10, 0);
    row->addWidget(label);
    row->addWidget(m_combo);
    row->addStretch(1);
    connect(m_combo, &QComboBox::activated, this, [this] { Q_EMIT chosen(m_combo->choice()); });
    connect(&m_store, &ProfileStore::profileChanged, this, &UnidentifiedChoice::showProfile);
    showProfile();
}

void UnidentifiedChoice::showProfile()
{
    m_combo->offerAll(m_store.profile());
    if (const auto &action = m_store.profile().unidentifiedApplications)
        m_combo->setAction(*action);
}

} // namespace ui
