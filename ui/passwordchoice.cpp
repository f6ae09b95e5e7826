// SPDX-License-Identifier: MIT
#include "ui/passwordchoice.h"

#include <QRadioButton>
#include <QVBoxLayout>

namespace ui
{

PasswordChoice::PasswordChoice(QWidget *parent)
    : QWidget(parent)
    , m_keep(new QRadioButton(tr("K&eep it until Hosier quits, and ask again after the next start"), this))
    , m_leave(new QRadioButton(tr("&Do not use a password"), this))
{
    setObjectName(QStringLiteral("passwordChoice"));
    m_keep->setObjectName(QStringLiteral("passwordKeep"));
    m_keep->setToolTip(
        tr("The password stays in memory. It is written neither to the profile nor to any other "
           "file."));
    m_leave->setObjectName(QStringLiteral("passwordLeave"));
    m_leave->setToolTip(tr("The server is saved without a password, and one that was in use is forgotten."));
    m_keep->setChecked(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_keep);
    layout->addWidget(m_leave);
    connect(m_keep, &QRadioButton::toggled, this, &PasswordChoice::changed);
}

bool PasswordChoice::keeps() const
{
    return m_keep->isChecked();
}

void PasswordChoice::setKeeps(bool keeps)
{
    (keeps ? m_keep : m_leave)->setChecked(true);
}

} // namespace ui
