// SPDX-License-Identifier: MIT
#include "ui/listenersdialog.h"

#include "ui/dialogparts.h"
#include "ui/eventtext.h"
#include "ui/freeport.h"
#include "ui/listenerdialog.h"
#include "ui/listeneredit.h"
#include "ui/profilestore.h"
#include "ui/proxystatus.h"
#include "ui/userdialog.h"

#include <QAction>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui
{

namespace
{

using engine::ListenerProfile;
using engine::ListenerState;
using engine::ListenerStatus;
using engine::Profile;
using engine::UserProfile;

constexpr QSize kSize{790, 520};
constexpr std::uint16_t kUsualPort = 1'080;
constexpr int kWidestColumn = 200; ///< a list of clients may be long, and the state is worth more
enum Column { NameColumn, AddressColumn, ProtocolsColumn, LoginColumn, ClientsColumn, StateColumn };

QVBoxLayout *stacked(std::initializer_list<QPushButton *> buttons)
{
    auto *column = new QVBoxLayout;
    for (QPushButton *button : buttons)
        column->addWidget(button);
    column->addStretch(1);
    return column;
}

QGroupBox *makeGroup(const QString &title, QWidget *list, QVBoxLayout *buttons, QWidget *parent)
{
    auto *group = new QGroupBox(title, parent);
    auto *layout = new QHBoxLayout(group);
    layout->addWidget(list, 1);
    layout->addLayout(buttons);
    return group;
}

} // namespace

ListenersDialog::ListenersDialog(ProfileStore &store, const ProxyStatus &status, QAction &share,
                                 QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_status(status)
    , m_share(share)
    , m_listeners(new QTreeWidget(this))
    , m_failure(makeProblemLabel(this))
    , m_users(new QListWidget(this))
    , m_add(new QPushButton(tr("&Add…"), this))
    , m_edit(new QPushButton(tr("&Edit…"), this))
    , m_remove(new QPushButton(tr("&Remove"), this))
    , m_shareBox(new QCheckBox(tr("&Share on the local network"), this))
    , m_addresses(new QPushButton(tr("A&ddresses for others…"), this))
    , m_addUser(new QPushButton(tr("Add &user…"), this))
    , m_password(new QPushButton(tr("Change &password…"), this))
    , m_removeUser(new QPushButton(tr("Re&move user"), this))
    , m_problems(makeProblemLabel(this))
{
    setObjectName(QStringLiteral("listenersDialog"));
    setWindowTitle(tr("Listeners and users"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(makeListeners(), 3);
    layout->addWidget(m_failure);
    layout->addWidget(makeSharing());
    layout->addWidget(makeUsers(), 2);
    layout->addWidget(m_problems);
    layout->addWidget(buttons);
    keepEnterFromButtons(*this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&m_store, &ProfileStore::profileChanged, this, &ListenersDialog::showProfile);
    connect(&m_status, &ProxyStatus::stateChanged, this, &ListenersDialog::showProfile);
    connect(&m_share, &QAction::changed, this, &ListenersDialog::showSharing);
    showProfile();
    showSharing();
    resize(kSize);
}

bool ListenersDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    return handled;
}

QWidget *ListenersDialog::makeListeners()
{
    m_listeners->setObjectName(QStringLiteral("listenersList"));
    m_listeners->setAccessibleName(tr("Listeners"));
    m_listeners->setHeaderLabels({tr("Name", "column"), tr("Address", "column"), tr("Protocols", "column"),
                                  tr("Login", "column"), tr("Clients", "column"), tr("State", "column")});
    m_failure->setObjectName(QStringLiteral("listenerFailure"));
    m_listeners->setRootIsDecorated(false);
    m_listeners->setUniformRowHeights(true);
    m_listeners->header()->setObjectName(QStringLiteral("listenersHeader"));
    m_listeners->header()->setAccessibleName(tr("Columns of the listeners"));
    m_add->setObjectName(QStringLiteral("listenerAdd"));
    m_edit->setObjectName(QStringLiteral("listenerEdit"));
    m_remove->setObjectName(QStringLiteral("listenerRemove"));
    connect(m_listeners, &QTreeWidget::itemSelectionChanged, this, &ListenersDialog::showSelection);
    connect(m_listeners, &QTreeWidget::itemActivated, this, &ListenersDialog::editListener);
    connect(m_add, &QPushButton::clicked, this, &ListenersDialog::addListener);
    connect(m_edit, &QPushButton::clicked, this, &ListenersDialog::editListener);
    connect(m_remove, &QPushButton::clicked, this, &ListenersDialog::removeListener);
    return makeGroup(tr("Listeners: where clients come in"), m_listeners, stacked({m_add, m_edit, m_remove}),
                     this);
}

/// The box is the same switch as in the menu, and shows the same measured state.
QWidget *ListenersDialog::makeSharing()
{
    auto *panel = new QWidget(this);
    auto *layout = new QHBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    m_shareBox->setObjectName(QStringLiteral("listenersShare"));
    m_addresses->setObjectName(QStringLiteral("listenersAddresses"));
    layout->addWidget(m_shareBox);
    layout->addStretch(1);
    layout->addWidget(m_addresses);
    connect(m_shareBox, &QCheckBox::clicked, this, [this] {
        m_share.trigger();
        showSharing();
    });
    connect(m_addresses, &QPushButton::clicked, this, &ListenersDialog::sharingRequested);
    return panel;
}

QWidget *ListenersDialog::makeUsers()
{
    m_users->setObjectName(QStringLiteral("usersList"));
    m_users->setAccessibleName(tr("Local users"));
    m_addUser->setObjectName(QStringLiteral("userAdd"));
    m_password->setObjectName(QStringLiteral("userChangePassword"));
    m_removeUser->setObjectName(QStringLiteral("userRemove"));
    connect(m_users, &QListWidget::itemSelectionChanged, this, &ListenersDialog::showSelection);
    connect(m_users, &QListWidget::itemActivated, this, &ListenersDialog::changePassword);
    connect(m_addUser, &QPushButton::clicked, this, &ListenersDialog::addUser);
    connect(m_password, &QPushButton::clicked, this, &ListenersDialog::changePassword);
    connect(m_removeUser, &QPushButton::clicked, this, &ListenersDialog::removeUser);
    return makeGroup(tr("Local users: who may log in where a listener asks for it"), m_users,
                     stacked({m_addUser, m_password, m_removeUser}), this);
}

const ListenerStatus *ListenersDialog::statusOf(const ListenerProfile &listener) const
{
    const QList<ListenerStatus> &all = m_status.listeners();
    const auto found = std::find_if(all.begin(), all.end(), [&listener](const ListenerStatus &status) {
        const bool isPort = status.endpoint.port == listener.port || listener.port == 0;
        return status.name == listener.name && status.endpoint.address == listener.address && isPort;
    });
    return found != all.end() ? &*found : nullptr;
}

QString ListenersDialog::stateText(const ListenerProfile &listener) const
{
    const ListenerStatus *status = statusOf(listener);
    if (status == nullptr)
        return tr("Not open yet");
    if (status->state == ListenerState::Listening)
        return tr("Open", "listener");
    return status->state == ListenerState::Failed ? tr("Failed: %1").arg(m_status.errorText(*status))
                                                  : tr("Closed: the proxy is off");
}

/// The selection stays with what was selected, by its place.
void ListenersDialog::showProfile()
{
    const Profile &profile = m_store.profile();
    const int listenerRow = std::max(m_listeners->indexOfTopLevelItem(m_listeners->currentItem()), 0);
    const int userRow = std::max(m_users->currentRow(), 0);
    m_listeners->clear();
    for (const ListenerProfile &listener : profile.listeners) {
        auto *item = new QTreeWidgetItem(m_listeners);
        const QStringList texts{
            listener.name,       listener.endpoint().toString(), protocolsText(listener.protocols),
            loginText(listener), clientsText(listener),          stateText(listener)};
        for (int column = 0; column < static_cast<int>(texts.size()); ++column) {
            item->setText(column, texts.at(column));
            item->setToolTip(column, texts.at(column));
        }
    }
    for (int column = NameColumn; column < StateColumn; ++column)
        fitColumn(*m_listeners, column, kWidestColumn);
    m_users->clear();
    for (const UserProfile &user : profile.users)
        m_users->addItem(user.name);
    m_listeners->setCurrentItem(
        m_listeners->topLevelItem(std::min(listenerRow, m_listeners->topLevelItemCount() - 1)));
    m_users->setCurrentRow(std::min(userRow, m_users->count() - 1));
    showSelection();
}

void ListenersDialog::showSelection()
{
    m_edit->setEnabled(selectedListener().has_value());
    m_remove->setEnabled(selectedListener().has_value());
    m_password->setEnabled(!selectedUser().isEmpty());
    m_removeUser->setEnabled(!selectedUser().isEmpty());
    showFailure();
}

/// Said once: the selection is shown anew with each change of the profile.
void ListenersDialog::showFailure()
{
    const std::optional<ListenerProfile> listener = selectedListener();
    const ListenerStatus *status = listener ? statusOf(*listener) : nullptr;
    const bool hasFailed = status != nullptr && status->state == ListenerState::Failed;
    const QString failure = hasFailed ? m_status.errorText(*status) : QString();
    if (failure != m_failure->text())
        showProblem(*m_failure, failure);
}

void ListenersDialog::showSharing()
{
    m_shareBox->setChecked(m_share.isChecked());
    m_shareBox->setToolTip(m_share.toolTip());
}

std::optional<ListenerProfile> ListenersDialog::selectedListener() const
{
    const int row = m_listeners->indexOfTopLevelItem(m_listeners->currentItem());
    const QList<ListenerProfile> &listeners = m_store.profile().listeners;
    return row >= 0 && row < listeners.size() ? std::optional(listeners.at(row)) : std::nullopt;
}

QString ListenersDialog::selectedUser() const
{
    return m_users->currentItem() != nullptr ? m_users->currentItem()->text() : QString();
}

void ListenersDialog::addListener()
{
    openListener(std::nullopt);
}

void ListenersDialog::editListener()
{
    if (const auto selected = selectedListener())
        openListener(selected);
}

void ListenersDialog::openListener(const std::optional<ListenerProfile> &known)
{
    ListenerProfile draft;
    if (!known) {
        draft.name = freeListenerName(m_store.profile(), tr("Local", "name of a listener"));
        draft.address = engine::Address::fromV4(0x7f000001);
        draft.port = findFreePort(draft.address, kUsualPort, m_store.profile());
        draft.protocols |= engine::Protocol::Http;
    }
    auto *dialog = new ListenerDialog(m_store, known, draft, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ListenersDialog::removeListener()
{
    const std::optional<ListenerProfile> selected = selectedListener();
    if (!selected)
        return;
    if (m_store.profile().listeners.size() == 1) {
        showProblem(*m_problems,
                    tr("This is the only listener. Add another one before you remove it, or switch "
                       "the proxy off."));
        return;
    }
    ask(QStringLiteral("removeListenerBox"), tr("Remove the listener \"%1\"?").arg(selected->name),
        tr("Connections that came in by it end. Programs that use %1 cannot connect any more.")
            .arg(selected->endpoint().toString()),
        [listener = *selected](Profile &profile) { profile.listeners.removeOne(listener); });
}

void ListenersDialog::addUser()
{
    openUser({});
}

void ListenersDialog::changePassword()
{
    if (!selectedUser().isEmpty())
        openUser(selectedUser());
}

void ListenersDialog::openUser(const QString &name)
{
    auto *dialog = new UserDialog(
        m_store, name,
        [this](const UserProfile &user) {
            Profile profile = m_store.profile();
            putUser(profile, user);
            return m_store.change(profile);
        },
        this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ListenersDialog::removeUser()
{
    const QString name = selectedUser();
    if (name.isEmpty())
        return;
    const bool isAsked = std::any_of(
        m_store.profile().listeners.begin(), m_store.profile().listeners.end(),
        [](const ListenerProfile &one) { return one.authentication == engine::Authentication::Password; });
    if (m_store.profile().users.size() == 1 && isAsked) {
        showProblem(*m_problems, tr("This is the only user, and a listener asks for a login. Change that "
                                    "listener first."));
        return;
    }
    ask(QStringLiteral("removeUserBox"), tr("Remove the user \"%1\"?").arg(name),
        tr("Nobody can log in by this name any more, and connections of the user end."),
        [name](Profile &profile) {
            profile.users.removeIf([&name](const UserProfile &user) { return user.name == name; });
        });
}

void ListenersDialog::ask(const QString &objectName, const QString &question, const QString &consequence,
                          const std::function<void(Profile &profile)> &change)
{
    showProblem(*m_problems, {});
    auto *box = new QMessageBox(QMessageBox::Question, tr("Remove"), question, QMessageBox::Cancel, this);
    box->setObjectName(objectName);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(consequence);
    QPushButton *button = box->addButton(tr("&Remove"), QMessageBox::AcceptRole);
    button->setObjectName(QStringLiteral("removeConfirm"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(button, &QPushButton::clicked, this, [this, change] {
        Profile profile = m_store.profile();
        change(profile);
        showProblemLines(*m_problems, m_store.change(profile));
    });
    box->open();
}

} // namespace ui
