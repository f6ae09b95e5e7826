// SPDX-License-Identifier: MIT
#include "ui/sharingdialog.h"

#include "ui/dialogparts.h"
#include "ui/eventtext.h"
#include "ui/lansharing.h"
#include "ui/proxystatus.h"
#include "ui/settingsmenu.h"
#include "ui/whatsthis.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <optional>
#include <utility>

namespace ui
{

namespace
{

constexpr QSize kSize{520, 430};

QLabel *plainLabel(QWidget *parent, const QString &objectName)
{
    auto *label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

SharingDialog::SharingDialog(LanSharing &sharing, QWidget *parent)
    : QDialog(parent)
    , m_sharing(sharing)
    , m_state(plainLabel(this, QStringLiteral("sharingState")))
    , m_list(new QTreeWidget(this))
    , m_settings(plainLabel(this, QStringLiteral("sharingSettings")))
    , m_hint(makeHintLabel(this, QStringLiteral("sharingHint")))
    , m_told(makeHintLabel(this, QStringLiteral("sharingTold")))
    , m_problems(makeProblemLabel(this))
    , m_menu(new SettingsMenu(
          [this]() -> std::optional<ProxyAddress> {
              const int row = currentRow();
              return row < 0 ? std::nullopt : std::optional(m_addresses.at(row).first);
          },
          this))
    , m_copy(new QPushButton(tr("&Copy address"), this))
    , m_copyFor(new QPushButton(tr("Copy settings &for"), this))
    , m_turnOn(new QPushButton(tr("Turn the &proxy on"), this))
    , m_stop(new QPushButton(tr("&Stop sharing"), this))
{
    setObjectName(QStringLiteral("sharingDialog"));
    setWindowTitle(tr("Share on the local network"));
    makeList();
    makeLayout();
    explainControls(*this);
    keepEnterFromButtons(*this);
    m_copyFor->setMenu(m_menu);
    m_told->hide();
    connect(&m_sharing, &LanSharing::changed, this, &SharingDialog::showSharing);
    connect(m_menu, &SettingsMenu::copied, this, [this](const QString &advice) {
        m_told->setText(advice);
        m_told->show();
    });
    connect(m_copy, &QPushButton::clicked, this, &SharingDialog::copyAddress);
    connect(m_turnOn, &QPushButton::clicked, this, &SharingDialog::proxyOnRequested);
    connect(m_stop, &QPushButton::clicked, this, &SharingDialog::stop);
    showSharing();
    resize(kSize);
}

bool SharingDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    else if (event->type() == QEvent::WindowActivate)
        showSharing();
    return handled;
}

void SharingDialog::makeList()
{
    m_list->setObjectName(QStringLiteral("sharingAddresses"));
    m_list->setAccessibleName(tr("Addresses for other computers"));
    m_list->setHeaderLabels({tr("Address for others", "column"), tr("Network", "column")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->header()->setObjectName(QStringLiteral("sharingHeader"));
    m_list->header()->setAccessibleName(tr("Columns of the addresses"));
    m_list->setColumnWidth(0, kSize.width() / 2);
}

void SharingDialog::makeLayout()
{
    m_copy->setObjectName(QStringLiteral("sharingCopy"));
    m_copyFor->setObjectName(QStringLiteral("sharingCopyFor"));
    m_turnOn->setObjectName(QStringLiteral("sharingTurnOn"));
    m_stop->setObjectName(QStringLiteral("sharingStop"));
    m_stop->setToolTip(
        tr("Take away the listener for the local network. The user that was added for it stays."));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_stop, QDialogButtonBox::ActionRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *state = new QHBoxLayout;
    state->addWidget(m_state, 1);
    state->addWidget(m_turnOn, 0, Qt::AlignTop);
    auto *copies = new QHBoxLayout;
    copies->addWidget(m_copy);
    copies->addWidget(m_copyFor);
    copies->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(state);
    layout->addWidget(m_list, 1);
    layout->addLayout(copies);
    layout->addWidget(m_told);
    layout->addWidget(m_settings);
    layout->addWidget(m_hint);
    layout->addWidget(m_problems);
    layout->addWidget(buttons);
    // As they stand there, from top to bottom.
    QWidget *before = m_turnOn;
    for (QWidget *next : {static_cast<QWidget *>(m_list), static_cast<QWidget *>(m_copy),
                          static_cast<QWidget *>(m_copyFor), static_cast<QWidget *>(m_stop)}) {
        setTabOrder(before, next);
        before = next;
    }
}

int SharingDialog::currentRow() const
{
    return m_list->indexOfTopLevelItem(m_list->currentItem());
}

QString SharingDialog::stateText() const
{
    switch (m_sharing.state()) {
    case SharingState::Off:
        return tr("The proxy is not shared: only programs on this computer can use it.");
    case SharingState::Closed:
        return tr("Sharing is set up, but the listener is not open: the proxy is off.");
    case SharingState::Failed:
        return tr("Sharing is set up, but the listener could not be opened. %1").arg(m_sharing.errorText());
    case SharingState::On:
        break;
    }
    return m_sharing.listener()->authentication == engine::Authentication::Password
               ? tr("Computers of the local network can use this proxy with name and password.")
               : tr("Computers of the local network can use this proxy, without a password.");
}

/// What has to be typed by hand elsewhere.
QString SharingDialog::settingsText() const
{
    const engine::ListenerProfile *listener = m_sharing.listener();
    if (listener == nullptr)
        return {};
    const QString protocols = protocolsText(listener->protocols);
    return listener->authentication == engine::Authentication::Password
               ? tr("On the other computer, set the address and port above as a proxy of type %1, with the "
                    "name and password of a local user.")
                     .arg(protocols)
               : tr("On the other computer, set the address and port above as a proxy of type %1.")
                     .arg(protocols);
}

void SharingDialog::showSharing()
{
    m_state->setText(stateText());
    const SharingState state = m_sharing.state();
    m_turnOn->setVisible(state == SharingState::Closed);
    m_stop->setEnabled(m_sharing.isOurs());
    showAddresses();
    const bool any = m_list->topLevelItemCount() > 0;
    m_copy->setEnabled(any);
    m_copyFor->setEnabled(any);
    m_menu->adapt();
    m_settings->setText(settingsText());
    m_settings->setVisible(state != SharingState::Off && any); // which speaks of an address above
    if (state == SharingState::Off)
        m_hint->clear();
    else if (!any)
        m_hint->setText(tr("This computer has no address in a private network at the moment."));
    else
        m_hint->setText(tr("If others cannot connect, let this computer's firewall admit TCP port %1.")
                            .arg(m_addresses.constFirst().first.endpoint.port));
}

/// The address that was chosen stays so, or else its row.
void SharingDialog::showAddresses()
{
    const auto addresses = m_sharing.addresses();
    if (addresses == m_addresses)
        return;
    const int before = std::max(currentRow(), 0);
    const QString chosen = m_list->currentItem() != nullptr ? m_list->currentItem()->text(0) : QString();
    m_addresses = addresses;
    m_list->clear();
    int row = std::min(before, static_cast<int>(m_addresses.size()) - 1);
    for (const auto &[proxy, interfaceName] : std::as_const(m_addresses)) {
        const QString text = proxy.endpoint.toString();
        if (text == chosen)
            row = m_list->topLevelItemCount();
        m_list->addTopLevelItem(new QTreeWidgetItem(QStringList{text, interfaceName}));
    }
    m_list->setCurrentItem(m_list->topLevelItem(row));
}

void SharingDialog::copyAddress()
{
    const QTreeWidgetItem *item = m_list->currentItem();
    if (item == nullptr)
        return;
    QGuiApplication::clipboard()->setText(item->text(0));
    m_told->setText(tr("Copied: %1").arg(item->text(0)));
    m_told->show();
}

void SharingDialog::stop()
{
    showProblemLines(*m_problems, m_sharing.stop());
}

} // namespace ui
