// SPDX-License-Identifier: MIT
#include "ui/ruledialog.h"

#include "engine/profile_json.h"
#include "engine/rule_entries.h"
#include "engine/running_programs.h"
#include "ui/actioncombo.h"
#include "ui/dialogparts.h"
#include "ui/entriesedit.h"
#include "ui/filedialog.h"
#include "ui/format.h"
#include "ui/linkednames.h"
#include "ui/messagetext.h"
#include "ui/programentry.h"
#include "ui/programtext.h"
#include "ui/ruletext.h"
#include "ui/whatsthis.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSet>
#include <QStyle>
#include <QToolButton>

#include <chrono>
#include <optional>

namespace ui
{

using engine::RuleProfile;
using engine::Transport;
using engine::Transports;

namespace
{

constexpr int kGridColumns = 6; // the fields stand two and three abreast
constexpr int kLabelSpacing = 6;
constexpr QSize kSize{620, 570};
constexpr int kMainLines = 4;
constexpr int kSideLines = 2;
constexpr int kMaximumNameLength = 255; // as in the profile
/// The same in every language.
#ifdef Q_OS_WIN
constexpr char kApplicationsExample[] = R"(firefox.exe, C:\Tools\curl.exe, *update*)";
#else
constexpr char kApplicationsExample[] = "firefox, /usr/bin/curl, *update*";
#endif
/// Nobody wants to be told of an entry that is not finished yet.
constexpr std::chrono::milliseconds kTypingPause{500};
/// Longer lists are validated only when the rule is to be taken, and not looked at file by file: that takes a
/// moment.
constexpr qsizetype kMaximumLiveEntries = 2'000;

QToolButton *cornerButton(const QString &text, const QString &objectName, const QString &toolTip,
                          QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(objectName);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleDescription(toolTip);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

/// As a file manager copies paths.
QStringList withoutQuotes(QStringList entries)
{
    for (QString &entry : entries) {
        if (entry.size() > 1 && entry.startsWith(u'"') && entry.endsWith(u'"'))
            entry = entry.sliced(1).chopped(1);
    }
    return entries;
}

QString programsFolder()
{
    return qEnvironmentVariable("ProgramFiles", QStringLiteral("/usr/bin"));
}

} // namespace

RuleDialog::RuleDialog(const engine::Profile &profile, const RuleProfile &rule,
                       const QStringList &applications, Apply apply, QWidget *parent)
    : QDialog(parent)
    , m_profile(profile)
    , m_rule(rule)
    , m_lister(engine::runningPrograms)
    , m_linkedNames(new LinkedNames(this))
    , m_apply(std::move(apply))
{
    setObjectName(QStringLiteral("ruleDialog"));
    setWindowTitle(tr("Rule"));
    setAttribute(Qt::WA_DeleteOnClose);
    makeFields(profile);
    makeApplicationChoice(applications);
    makeLayout();
    explainControls(*this);
    fill(rule);
    resize(kSize);
    m_validation.setSingleShot(true);
    m_validation.setInterval(kTypingPause);
    connect(&m_validation, &QTimer::timeout, this, &RuleDialog::validate);
    const auto validateLater = qOverload<>(&QTimer::start);
    for (const EntriesEdit *field : entryFields())
        connect(field, &EntriesEdit::edited, &m_validation, validateLater);
    connect(m_linkedNames, &LinkedNames::told, m_applications, &EntriesEdit::showHint);
    connect(m_action, &QComboBox::currentIndexChanged, &m_validation, validateLater);
    connect(m_transport, &QComboBox::currentIndexChanged, &m_validation, validateLater);
    // Not in a rule that was made of a connection: its programs run by these names.
    if (profile.rules.contains(rule))
        lookAtNames(rule.applications);
}

bool RuleDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    return handled;
}

void RuleDialog::focusAction()
{
    m_action->setFocus();
}

void RuleDialog::makeFields(const engine::Profile &profile)
{
    const auto entries = [this](const char *objectName, const QString &title, const QString &example,
                                int lines) {
        auto *edit = new EntriesEdit(title, example, lines, this);
        edit->edit().setObjectName(QLatin1String(objectName));
        return edit;
    };
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("ruleNameEdit"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(kMaximumNameLength);
    m_name->setPlaceholderText(tr("How the rule is called in lists and in the log"));
    m_nameProblem = makeProblemLabel(this);
    m_nameProblem->setObjectName(QStringLiteral("ruleNameProblem"));
    m_applications =
        entries("ruleApplicationsEdit", tr("A&pplications"), QLatin1String(kApplicationsExample), kMainLines);
    m_tree = new QCheckBox(tr("Also programs that the&y start"), this);
    m_tree->setObjectName(QStringLiteral("ruleTreeCheck"));
    m_tree->setToolTip(tr("The rule also matches the children of these applications, and their children"));
    m_hosts = entries("ruleHostsEdit", tr("&Hosts"),
                      tr("example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9"), kMainLines);
    m_ports = entries("rulePortsEdit", tr("P&orts"), tr("443, 8000-8100"), kSideLines);
    m_users = entries("ruleUsersEdit", tr("&Users"), tr("anna"), kSideLines);
    m_users->setToolTip(tr("Names that clients have logged in with"));
    m_clients = entries("ruleClientsEdit", tr("C&lients"), tr("192.168.1.20, 192.168.2.0/24"), kSideLines);
    m_clients->setToolTip(tr("Addresses that clients connect from"));
    for (EntriesEdit *field : {m_hosts, m_ports, m_clients})
        field->takeLists();
    m_transport = new QComboBox(this);
    m_transport->setObjectName(QStringLiteral("ruleTransportCombo"));
    m_transport->setAccessibleName(tr("Transport"));
    m_transport->addItem(tr("Any", "transport"), 0);
    m_transport->addItem(QStringLiteral("TCP"), static_cast<int>(Transport::Tcp));
    m_transport->addItem(QStringLiteral("UDP"), static_cast<int>(Transport::Udp));
    m_action = new ActionCombo(profile, this);
    m_action->setObjectName(QStringLiteral("ruleActionCombo"));
    m_action->setAccessibleName(tr("Action"));
    m_problem = makeProblemLabel(this);
    m_problem->setObjectName(QStringLiteral("ruleProblem"));
}

void RuleDialog::makeApplicationChoice(const QStringList &applications)
{
    auto *seen = cornerButton(tr("&Seen"), QStringLiteral("ruleSeenButton"),
                              tr("Choose an application that has connected lately"), this);
    auto *menu = new QMenu(seen);
    menu->setObjectName(QStringLiteral("ruleSeenMenu"));
    for (const QString &application : applications) {
        QAction *action = menu->addAction(menuText(application));
        connect(action, &QAction::triggered, m_applications,
                [this, application] { m_applications->append(application); });
    }
    seen->setMenu(menu);
    seen->setPopupMode(QToolButton::InstantPopup);
    seen->setEnabled(!applications.isEmpty());
    auto *file = cornerButton(tr("&Browse..."), QStringLiteral("ruleBrowseButton"),
                              tr("Choose the file of a program"), this);
    connect(file, &QAbstractButton::clicked, this, &RuleDialog::browse);
    auto *running = cornerButton(tr("&Running..."), QStringLiteral("ruleRunningButton"),
                                 tr("Choose among the programs that run now"), this);
    connect(running, &QAbstractButton::clicked, this, &RuleDialog::pick);
    m_applications->addCorner(seen);
    m_applications->addCorner(running);
    m_applications->addCorner(file);
}

/// Stands below the field, and is read out with it.
QLabel *RuleDialog::hintFor(QWidget &field, const QString &objectName, const QString &text)
{
    QLabel *hint = makeHintLabel(this, objectName);
    hint->setText(text);
    field.setAccessibleDescription(text);
    return hint;
}

void RuleDialog::makeLayout()
{
    const auto labelled = [this](const QString &text, QWidget *field) {
        auto *label = new QLabel(text, this);
        label->setBuddy(field);
        auto *layout = new QHBoxLayout;
        layout->setSpacing(kLabelSpacing);
        layout->addWidget(label);
        layout->addWidget(field, 1);
        return layout;
    };
    auto *hint =
        new QLabel(tr("The rule matches when every condition does. An empty field matches anything; of "
                      "several entries, one a line, any will do."),
                   this);
    hint->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->setObjectName(QStringLiteral("ruleButtons"));
    connect(buttons, &QDialogButtonBox::accepted, this, &RuleDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &RuleDialog::reject);

    auto *grid = new QGridLayout(this);
    grid->setVerticalSpacing(8);
    int row = 0;
    grid->addLayout(labelled(tr("&Name:"), m_name), row++, 0, 1, kGridColumns);
    grid->addWidget(hintFor(*m_name, QStringLiteral("ruleNameHint"),
                            EntriesEdit::tr("Such as %1", "example entries of a field")
                                .arg(tr("Office by way of the company's server"))),
                    row++, 0, 1, kGridColumns);
    grid->addWidget(m_nameProblem, row++, 0, 1, kGridColumns);
    grid->addWidget(hint, row++, 0, 1, kGridColumns);
    grid->addWidget(m_applications, row, 0, 1, 3);
    grid->addWidget(m_hosts, row, 3, 2, 3);
    grid->setRowStretch(row++, 3);
    grid->addWidget(m_tree, row++, 0, 1, 3);
    grid->addWidget(m_ports, row, 0, 1, 2);
    grid->addWidget(m_users, row, 2, 1, 2);
    grid->addWidget(m_clients, row, 4, 1, 2);
    grid->setRowStretch(row++, 1);
    grid->addLayout(labelled(tr("&Transport:"), m_transport), row, 0, 1, 2);
    grid->addLayout(labelled(tr("&Action:"), m_action), row++, 2, 1, 4);
    grid->addWidget(
        hintFor(*m_transport, QStringLiteral("ruleTransportHint"), tr("TCP: web, mail; UDP: calls, games")),
        row, 0, 1, 2);
    grid->addWidget(hintFor(*m_action, QStringLiteral("ruleActionHint"),
                            tr("Direct: without a server; Block: refused; or by way of a server or route")),
                    row++, 2, 1, 4);
    grid->addWidget(m_problem, row++, 0, 1, kGridColumns);
    grid->addWidget(buttons, row, 0, 1, kGridColumns);
    for (int column = 0; column < kGridColumns; ++column)
        grid->setColumnStretch(column, 1);
}

void RuleDialog::fill(const RuleProfile &rule)
{
    m_name->setText(rule.name);
    m_applications->setEntries(rule.applications);
    m_tree->setChecked(rule.tree);
    m_hosts->setEntries(rule.hosts);
    m_users->setEntries(rule.users);
    QStringList ports;
    for (const engine::PortRange &range : rule.ports)
        ports << portRangeText(range);
    m_ports->setEntries(ports);
    QStringList clients;
    for (const engine::AddressRange &range : rule.clients)
        clients << range.toString();
    m_clients->setEntries(clients);
    // Both by name is more than any of them: the profile then insists on a server that carries both.
    if (rule.transports == (Transport::Tcp | Transport::Udp))
        m_transport->addItem(tr("TCP and UDP"), rule.transports.toInt());
    m_transport->setCurrentIndex(m_transport->findData(rule.transports.toInt()));
    m_action->setAction(rule.action);
}

void RuleDialog::browse()
{
    auto *dialog = new FileDialog(this, tr("Choose a program"), programsFolder());
    dialog->setObjectName(QStringLiteral("ruleFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(FileDialog::ExistingFile);
    connect(dialog, &FileDialog::fileSelected, m_applications, [this](const QString &path) {
        m_applications->append(QDir::toNativeSeparators(programEntryOf(path)));
    });
    dialog->open();
}

void RuleDialog::pick()
{
    auto *picker = new ProgramPicker(m_lister, this);
    connect(picker, &ProgramPicker::chosen, m_applications, [this](const QStringList &entries) {
        for (const QString &entry : entries) {
            m_picked.insert(entry);
            m_applications->append(entry);
        }
    });
    picker->open();
}

QList<EntriesEdit *> RuleDialog::entryFields() const
{
    return {m_applications, m_hosts, m_ports, m_users, m_clients};
}

/// As programs are known: what was there before, or runs, is left as it is. Looks at the files of the others.
QStringList RuleDialog::knownApplications(const QStringList &entries) const
{
    QSet<QString> asTheyAre(m_rule.applications.begin(), m_rule.applications.end());
    asTheyAre.unite(m_picked);
    QStringList known;
    for (const QString &entry : entries)
        known << (asTheyAre.contains(entry) || !engine::isOneProgram(entry) ? entry : programEntryOf(entry));
    return known;
}

/// For what commands of the same names start. What runs is known by what it was picked by.
void RuleDialog::lookAtNames(const QStringList &entries)
{
    QStringList names;
    for (const QString &entry : entries.size() <= kMaximumLiveEntries ? entries : QStringList()) {
        if (engine::isOneProgram(entry) && programCalled(entry).path.isEmpty() && !m_picked.contains(entry))
            names << entry;
    }
    m_linkedNames->look(names);
}

void RuleDialog::clearProblems()
{
    for (EntriesEdit *field : entryFields())
        field->showProblem({});
    ui::showProblem(*m_nameProblem, {});
    ui::showProblem(*m_problem, {});
}

/// While people type: as the profile would judge the rule, without going anywhere. It does not wait for
/// files.
void RuleDialog::validate()
{
    clearProblems();
    RuleProfile rule;
    static_cast<void>(readRule(rule));
    lookAtNames(rule.applications);
    if (rule.hosts.size() + rule.applications.size() + rule.users.size() > kMaximumLiveEntries)
        return;
    engine::Profile profile = m_profile;
    profile.rules = {rule};
    const auto read = engine::parseProfile(QJsonDocument(engine::profileToJson(profile)).toJson());
    if (read)
        return;
    QStringList problems;
    for (const engine::ProfileError &error : read.error())
        problems << messageText(error.toMessage());
    // What else is wrong with the profile is not this rule's.
    showProblems(problems.filter(QStringLiteral("$.rules[")), false);
}

/// The fields as a rule. False when one cannot be read: that stands at the field then, and is left out.
bool RuleDialog::readRule(RuleProfile &rule)
{
    rule = m_rule;
    rule.name = m_name->text().trimmed();
    rule.applications = withoutQuotes(m_applications->entries());
    rule.tree = m_tree->isChecked();
    rule.hosts = m_hosts->entries();
    rule.users = m_users->entries();
    rule.ports.clear();
    rule.clients.clear();
    bool isReadable = true;
    for (const QString &entry : m_ports->entries()) {
        const std::optional<engine::PortRange> ports = parsePortRange(entry);
        if (ports)
            rule.ports << *ports;
        else
            m_ports->showProblem(
                tr("\"%1\" is neither a port (80) nor a range of ports (8000-9000).").arg(entry));
        isReadable = isReadable && ports;
    }
    for (const QString &entry : m_clients->entries()) {
        const std::optional<engine::AddressRange> range = engine::AddressRange::fromString(entry);
        if (range)
            rule.clients << *range;
        else
            m_clients->showProblem(messageText(engine::faultOfClientEntry(entry)));
        isReadable = isReadable && range;
    }
    rule.transports = Transports::fromInt(m_transport->currentData().toInt());
    rule.action = m_action->action();
    return isReadable;
}

void RuleDialog::accept()
{
    m_validation.stop();
    clearProblems();
    RuleProfile rule;
    if (!readRule(rule))
        return;
    if (rule.applications.size() <= kMaximumLiveEntries)
        rule.applications = knownApplications(rule.applications);
    const QStringList problems = m_apply(rule);
    if (problems.isEmpty())
        QDialog::accept();
    else
        showProblems(problems, true);
}

/// "$.rules[2].hosts[0]: ..." stands at the field, anything else above the buttons.
void RuleDialog::showProblems(const QStringList &problems, bool goThere)
{
    static const QRegularExpression pattern(QStringLiteral(R"(^\$\.rules\[\d+\]\.(\w+)(?:\[\d+\])?: (.*)$)"));
    for (const QString &problem : problems) {
        const QRegularExpressionMatch match = pattern.match(problem);
        if (match.hasMatch())
            showProblemAt(match.captured(1), match.captured(2), goThere);
        else
            ui::showProblem(*m_problem, problem);
    }
}

void RuleDialog::showProblemAt(const QString &field, const QString &problem, bool goThere)
{
    const QHash<QString, EntriesEdit *> edits{{QStringLiteral("applications"), m_applications},
                                              {QStringLiteral("hosts"), m_hosts},
                                              {QStringLiteral("ports"), m_ports},
                                              {QStringLiteral("users"), m_users},
                                              {QStringLiteral("clients"), m_clients}};
    QWidget *place = m_action;
    if (EntriesEdit *edit = edits.value(field)) {
        edit->showProblem(problem);
        place = edit;
    } else if (field == QStringLiteral("name")) {
        ui::showProblem(*m_nameProblem, problem);
        place = m_name;
    } else {
        ui::showProblem(*m_problem, problem);
    }
    if (goThere)
        place->setFocus();
}

} // namespace ui
