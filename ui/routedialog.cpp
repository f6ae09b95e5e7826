// SPDX-License-Identifier: MIT
#include "ui/routedialog.h"

#include "ui/dialogparts.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/servertext.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFormLayout>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <initializer_list>

namespace ui
{

namespace
{

using engine::RouteKind;
using engine::RouteProfile;

constexpr int kMaximumText = 255;
constexpr QSize kSize{600, 460};

QString idOf(const QListWidgetItem &item)
{
    return item.data(Qt::UserRole).toString();
}

} // namespace

RouteDialog::RouteDialog(ProfileStore &store, const QString &id, const RouteProfile &draft, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_id(id)
    , m_idIsMade(id.isEmpty())
    , m_name(new QLineEdit(this))
    , m_idEdit(new QLineEdit(this))
    , m_kind(new QComboBox(this))
    , m_explanation(makeHintLabel(this, QStringLiteral("kindExplanation")))
    , m_members(new QListWidget(this))
    , m_others(new QListWidget(this))
    , m_add(new QPushButton(tr("← &Add"), this))
    , m_remove(new QPushButton(tr("&Remove →"), this))
    , m_up(new QPushButton(tr("Move &up"), this))
    , m_down(new QPushButton(tr("Move &down"), this))
    , m_problems(makeProblemLabel(this))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this))
{
    setObjectName(QStringLiteral("routeDialog"));
    setWindowTitle(id.isEmpty() ? tr("Add route") : tr("Edit route"));
    makeFields();
    makeLists();
    layOut();
    const RouteProfile *known = findRoute(store.profile(), id);
    m_shown = known != nullptr ? *known : draft;
    fill(m_shown);
    connect(m_name, &QLineEdit::textChanged, this, &RouteDialog::suggestId);
    connect(m_idEdit, &QLineEdit::textEdited, this,
            [this](const QString &text) { m_idIsMade = text.isEmpty(); });
    connect(m_kind, &QComboBox::currentIndexChanged, this, &RouteDialog::adapt);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &RouteDialog::store);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    suggestId();
    adapt();
    resize(kSize);
}

bool RouteDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    return handled;
}

void RouteDialog::makeFields()
{
    m_name->setObjectName(QStringLiteral("routeName"));
    m_name->setAccessibleName(tr("Name"));
    m_idEdit->setObjectName(QStringLiteral("routeId"));
    m_idEdit->setAccessibleName(tr("Id"));
    m_idEdit->setToolTip(tr("What rules and other routes call this route in the profile's file"));
    m_kind->setObjectName(QStringLiteral("routeKind"));
    m_kind->setAccessibleName(tr("Kind"));
    for (QLineEdit *edit : {m_name, m_idEdit})
        edit->setMaxLength(kMaximumText);
    for (const RouteKind kind : {RouteKind::Chain, RouteKind::Failover, RouteKind::Balance})
        m_kind->addItem(routeKindText(kind), static_cast<int>(kind));
}

void RouteDialog::makeLists()
{
    m_members->setObjectName(QStringLiteral("routeMembers"));
    m_members->setAccessibleName(tr("Members, in order"));
    m_members->setToolTip(tr("Drag members to change their order"));
    m_others->setObjectName(QStringLiteral("routeOthers"));
    m_others->setAccessibleName(tr("Servers and routes that are no members"));
    // Dragging moves within the members and between the lists.
    for (QListWidget *list : {m_members, m_others}) {
        list->setSelectionMode(QAbstractItemView::ExtendedSelection);
        list->setDragDropMode(QAbstractItemView::DragDrop);
        list->setDefaultDropAction(Qt::MoveAction);
        connect(list, &QListWidget::itemSelectionChanged, this, &RouteDialog::adapt);
        connect(list->model(), &QAbstractItemModel::rowsInserted, this,
                [this, list](const QModelIndex &, int first, int last) {
                    // What is dropped goes between others, not over them; and a drop makes new items.
                    for (int row = first; row <= last; ++row)
                        list->item(row)->setFlags(list->item(row)->flags() & ~Qt::ItemIsDropEnabled);
                    adapt();
                });
        connect(list->model(), &QAbstractItemModel::rowsRemoved, this, &RouteDialog::adapt);
    }
    connect(m_others, &QListWidget::itemDoubleClicked, this, &RouteDialog::addMembers);
    connect(m_members, &QListWidget::itemDoubleClicked, this, &RouteDialog::removeMembers);
}

QWidget *RouteDialog::makeMemberButtons()
{
    m_add->setObjectName(QStringLiteral("routeAdd"));
    m_remove->setObjectName(QStringLiteral("routeRemove"));
    m_up->setObjectName(QStringLiteral("routeUp"));
    m_down->setObjectName(QStringLiteral("routeDown"));
    auto *panel = new QWidget(this);
    auto *layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addStretch(1);
    for (QPushButton *button : {m_add, m_remove, m_up, m_down}) {
        button->setAutoDefault(false);
        layout->addWidget(button);
    }
    layout->insertSpacing(3, 12);
    layout->addStretch(1);
    connect(m_add, &QPushButton::clicked, this, &RouteDialog::addMembers);
    connect(m_remove, &QPushButton::clicked, this, &RouteDialog::removeMembers);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    return panel;
}

void RouteDialog::layOut()
{
    auto *form = new QFormLayout;
    form->addRow(labelFor(m_name, tr("&Name:")),
                 sideBySide({m_name, labelFor(m_idEdit, tr("&Id:")), m_idEdit}));
    form->addRow(tr("&Kind:"), m_kind);
    form->addRow(QString(), m_explanation);
    auto *lists = new QGridLayout;
    lists->addWidget(labelFor(m_members, tr("&Members, in order")), 0, 0);
    lists->addWidget(labelFor(m_others, tr("&Other servers and routes")), 0, 2);
    lists->addWidget(m_members, 1, 0);
    lists->addWidget(makeMemberButtons(), 1, 1);
    lists->addWidget(m_others, 1, 2);
    lists->setColumnStretch(0, 1);
    lists->setColumnStretch(2, 1);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addLayout(lists, 1);
    layout->addWidget(m_problems);
    layout->addWidget(m_buttons);
    QWidget *before = m_name;
    for (QWidget *next : std::initializer_list<QWidget *>{m_idEdit, m_kind, m_members, m_add, m_remove, m_up,
                                                          m_down, m_others}) {
        setTabOrder(before, next);
        before = next;
    }
}

void RouteDialog::fill(const RouteProfile &route)
{
    const engine::Profile &profile = m_store.profile();
    m_name->setText(route.name);
    m_idEdit->setText(m_id);
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(route.kind)));
    for (const QString &id : route.members)
        addItem(*m_members, id);
    const auto offer = [&](const QString &id) {
        if (id != m_id && !route.members.contains(id))
            addItem(*m_others, id);
    };
    for (const engine::ServerProfile &server : profile.servers)
        offer(server.id);
    for (const RouteProfile &other : profile.routes)
        offer(other.id);
}

void RouteDialog::addItem(QListWidget &list, const QString &id) const
{
    const RouteProfile *route = findRoute(m_store.profile(), id);
    const QString name = shownNameOf(m_store.profile(), id);
    auto *item = new QListWidgetItem(
        route != nullptr ? tr("%1 (%2)", "name, kind of route").arg(name, routeKindText(route->kind)) : name);
    item->setData(Qt::UserRole, id);
    list.addItem(item);
}

void RouteDialog::suggestId()
{
    if (m_idIsMade)
        m_idEdit->setText(m_name->text().isEmpty() ? QString()
                                                   : freeId(m_store.profile(), m_name->text(), m_id));
}

void RouteDialog::adapt()
{
    m_explanation->setText(routeKindExplanation(static_cast<RouteKind>(m_kind->currentData().toInt())));
    const QList<QListWidgetItem *> chosen = m_members->selectedItems();
    const bool one = chosen.size() == 1;
    m_add->setEnabled(!m_others->selectedItems().isEmpty());
    m_remove->setEnabled(!chosen.isEmpty());
    m_up->setEnabled(one && m_members->row(chosen.constFirst()) > 0);
    m_down->setEnabled(one && m_members->row(chosen.constFirst()) < m_members->count() - 1);
}

void RouteDialog::addMembers()
{
    for (QListWidgetItem *item : m_others->selectedItems())
        m_members->addItem(m_others->takeItem(m_others->row(item)));
    adapt();
}

void RouteDialog::removeMembers()
{
    for (QListWidgetItem *item : m_members->selectedItems())
        m_others->addItem(m_members->takeItem(m_members->row(item)));
    adapt();
}

void RouteDialog::move(int by)
{
    const int row = m_members->row(m_members->selectedItems().value(0));
    QListWidgetItem *item = m_members->takeItem(row);
    m_members->insertItem(row + by, item);
    m_members->setCurrentItem(item, QItemSelectionModel::ClearAndSelect);
    adapt();
}

RouteProfile RouteDialog::route() const
{
    RouteProfile route;
    route.id = m_idEdit->text().trimmed();
    route.name = m_name->text().trimmed();
    route.kind = static_cast<RouteKind>(m_kind->currentData().toInt());
    for (int row = 0; row < m_members->count(); ++row)
        route.members << idOf(*m_members->item(row));
    return route;
}

/// What the profile could not say as plainly.
QStringList RouteDialog::problems() const
{
    const RouteProfile *now = findRoute(m_store.profile(), m_id);
    if (!m_id.isEmpty() && (now == nullptr || *now != m_shown))
        return {tr("The route was changed or removed meanwhile. Close this and open it again.")};
    QStringList problems;
    if (m_idEdit->text().trimmed().isEmpty())
        problems << tr("Enter a name.");
    if (m_members->count() == 0)
        problems << tr("Add at least one server or route as a member.");
    return problems;
}

void RouteDialog::store()
{
    QStringList found = problems();
    if (found.isEmpty()) {
        engine::Profile profile = m_store.profile();
        putRoute(profile, m_id, route());
        found = m_store.change(profile);
    }
    showProblemLines(*m_problems, found);
    if (!found.isEmpty())
        return;
    m_id = route().id;
    accept();
}

} // namespace ui
