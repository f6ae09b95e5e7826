// SPDX-License-Identifier: MIT
#include "ui/systemproxydialog.h"

#include "ui/dialogparts.h"
#include "ui/entriesedit.h"
#include "ui/systemproxycontrol.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui
{

namespace
{

constexpr int kLines = 10;
constexpr QSize kSize{460, 400};

} // namespace

SystemProxyDialog::SystemProxyDialog(SystemProxyControl &control, QWidget *parent)
    : QDialog(parent)
    , m_control(control)
    , m_entries(new EntriesEdit(tr("&Hosts reached without the proxy"), QStringLiteral("*.example.org"),
                                kLines, this))
{
    setObjectName(QStringLiteral("systemProxyDialog"));
    setWindowTitle(tr("System proxy: exceptions"));
    m_entries->setObjectName(QStringLiteral("bypassEntries"));
    m_entries->edit().setObjectName(QStringLiteral("bypassEdit"));
    m_entries->setEntries(control.bypassList());
    QLabel *hint = makeHintLabel(this, QStringLiteral("bypassHint"));
    hint->setText(tr("One a line: a host name, a domain such as *.example.org, an address, or a block of "
                     "addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier's rules "
                     "do not see them."));
    QLabel *storeApps = makeHintLabel(this, QStringLiteral("storeAppsHint"));
    storeApps->setText(storeAppsText());
    storeApps->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    storeApps->setHidden(storeApps->text().isEmpty());
    auto *buttons = new QDialogButtonBox(
        QDialogButtonBox::Save | QDialogButtonBox::Cancel | QDialogButtonBox::RestoreDefaults, this);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_entries, 1);
    layout->addWidget(hint);
    layout->addWidget(storeApps);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &SystemProxyDialog::store);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    QPushButton *defaults = buttons->button(QDialogButtonBox::RestoreDefaults);
    defaults->setToolTip(tr("This machine and its local networks"));
    connect(defaults, &QPushButton::clicked, this, [this] { m_entries->setEntries(defaultBypassList()); });
    resize(kSize);
}

bool SystemProxyDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    return handled;
}

void SystemProxyDialog::store()
{
    QStringList entries = m_entries->entries();
    entries.removeDuplicates();
    for (const QString &entry : std::as_const(entries)) {
        if (const auto problem = bypassProblem(entry)) {
            m_entries->showProblem(*problem);
            m_entries->setFocus();
            return;
        }
    }
    m_control.setBypassList(entries);
    accept();
}

} // namespace ui
