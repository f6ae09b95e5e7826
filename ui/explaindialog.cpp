// SPDX-License-Identifier: MIT
#include "ui/explaindialog.h"

#include "ui/colors.h"
#include "ui/connectionrecord.h"
#include "ui/connectionrules.h"
#include "ui/dialogparts.h"
#include "ui/eventtext.h"
#include "ui/headings.h"
#include "ui/messagetext.h"
#include "ui/profilestore.h"
#include "ui/programfields.h"
#include "ui/ruletext.h"
#include "ui/servermodel.h"
#include "ui/tracetext.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTreeWidget>

#include <chrono>
#include <limits>

namespace ui
{

using engine::Action;
using engine::ExplainedRule;
using engine::ExplainRequest;
using engine::Explanation;
using engine::Transport;

namespace
{

/// Nobody reads a decision about half a word.
constexpr std::chrono::milliseconds kTypingPause{150};
constexpr QSize kSize{640, 470};
constexpr int kRowPadding = 6;
constexpr int kMaximumNameLength = 255;
constexpr double kDecisionScale = 1.25;

enum TraceColumn { RuleColumn, ResultColumn, ReasonColumn };

QString shownClient(const engine::Address &client)
{
    return client.isNull() ? QString() : client.toString();
}

/// The rule as connections name it.
QString recordedRule(const engine::Profile &profile, int rule)
{
    if (rule < 0 || rule >= profile.rules.size())
        return {};
    return ruleName(profile.rules.at(rule), rule);
}

} // namespace

ExplainDialog::ExplainDialog(const ProfileStore &store, const ServerModel &servers,
                             const ExplainRequest &request, const QStringList &applications, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_servers(servers)
    , m_request(request)
    , m_programs(new ProgramFields(request.application, applications, this))
{
    setObjectName(QStringLiteral("explainDialog"));
    setWindowTitle(tr("Explain"));
    setAttribute(Qt::WA_DeleteOnClose);
    makeFields();
    makeClientFields();
    makeTrace();
    makeLayout();
    fill();
    m_delay.setSingleShot(true);
    m_delay.setInterval(kTypingPause);
    const auto later = qOverload<>(&QTimer::start);
    connect(m_programs, &ProgramFields::edited, &m_delay, later);
    connect(m_programs, &ProgramFields::found, this, &ExplainDialog::explain);
    connect(m_host, &QLineEdit::textChanged, &m_delay, later);
    connect(m_port, &QSpinBox::valueChanged, &m_delay, later);
    connect(m_transport, &QComboBox::currentIndexChanged, &m_delay, later);
    connect(m_user, &QLineEdit::textChanged, &m_delay, later);
    connect(m_client, &QLineEdit::textChanged, &m_delay, later);
    connect(&m_delay, &QTimer::timeout, this, &ExplainDialog::explain);
    connect(&m_store, &ProfileStore::profileChanged, this, &ExplainDialog::explainAnew);
    connect(&m_servers, &ServerModel::dataChanged, &m_delay, later);
    connect(&m_explainer, &Explainer::answered, this, &ExplainDialog::showAnswer);
    explain();
    resize(kSize);
}

void ExplainDialog::makeFields()
{
    m_host = new QLineEdit(this);
    m_host->setObjectName(QStringLiteral("explainHostEdit"));
    m_host->setAccessibleName(tr("Host"));
    m_host->setPlaceholderText(tr("example.org or 192.0.2.1"));
    m_port = new QSpinBox(this);
    m_port->setObjectName(QStringLiteral("explainPortSpin"));
    m_port->setAccessibleName(tr("Port"));
    m_port->setRange(0, std::numeric_limits<std::uint16_t>::max());
    m_transport = new QComboBox(this);
    m_transport->setObjectName(QStringLiteral("explainTransportCombo"));
    m_transport->setAccessibleName(tr("Transport"));
    m_transport->addItem(QStringLiteral("TCP"), static_cast<int>(Transport::Tcp));
    m_transport->addItem(QStringLiteral("UDP"), static_cast<int>(Transport::Udp));
}

void ExplainDialog::makeClientFields()
{
    m_user = new QLineEdit(this);
    m_user->setObjectName(QStringLiteral("explainUserEdit"));
    m_user->setAccessibleName(tr("User"));
    m_user->setToolTip(tr("The name that the client has logged in with"));
    m_user->setMaxLength(kMaximumNameLength);
    m_user->setPlaceholderText(tr("anna; empty: not logged in"));
    m_client = new QLineEdit(this);
    m_client->setObjectName(QStringLiteral("explainClientEdit"));
    m_client->setAccessibleName(tr("Client address"));
    m_client->setToolTip(tr("The address that the client connects from"));
    m_client->setPlaceholderText(tr("192.168.1.20; empty: this machine"));
    m_problem = makeProblemLabel(this);
    m_problem->setObjectName(QStringLiteral("explainProblem"));
    showProblem(*m_problem, {});
}

void ExplainDialog::makeTrace()
{
    m_decision = new QLabel(this);
    m_decision->setObjectName(QStringLiteral("explainDecision"));
    m_decision->setTextFormat(Qt::PlainText);
    m_decision->setWordWrap(true);
    QFont font = m_decision->font();
    font.setPointSizeF(font.pointSizeF() * kDecisionScale);
    font.setBold(true);
    m_decision->setFont(font);
    m_past = new QLabel(this);
    m_past->setObjectName(QStringLiteral("explainPast"));
    m_past->setTextFormat(Qt::PlainText);
    m_past->setWordWrap(true);
    m_past->hide();
    m_reason = new QLabel(this);
    m_reason->setObjectName(QStringLiteral("explainReason"));
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->setWordWrap(true);
    m_found = new QLabel(this);
    m_found->setObjectName(QStringLiteral("explainFound"));
    m_found->setTextFormat(Qt::PlainText);
    m_found->setWordWrap(true);
    m_found->hide();
    m_trace = new QTreeWidget(this);
    m_trace->setObjectName(QStringLiteral("explainTrace"));
    m_trace->setAccessibleName(tr("Rules in the order they were tried"));
    m_trace->setHeaderLabels({tr("Rule", "column"), tr("Matches", "column"), tr("Why not", "column")});
    m_trace->setRootIsDecorated(false);
    m_trace->setUniformRowHeights(true);
    m_trace->setAllColumnsShowFocus(true);
    const int character = fontMetrics().averageCharWidth();
    m_trace->header()->resizeSection(RuleColumn, 24 * character);
    m_trace->header()->resizeSection(ResultColumn, 10 * character);
    growToHeadings(*m_trace->header());
    connect(m_trace, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem *item) {
        if (const QVariant index = item->data(RuleColumn, Qt::UserRole); index.isValid())
            Q_EMIT ruleActivated(index.toInt());
    });
}

void ExplainDialog::makeLayout()
{
    auto *grid = new QGridLayout;
    grid->addWidget(labelFor(m_programs->program(), tr("&Application:")), 0, 0);
    grid->addWidget(m_programs->program(), 0, 1, 1, 5);
    grid->addWidget(labelFor(m_host, tr("&Host:")), 1, 0);
    grid->addWidget(m_host, 1, 1);
    grid->addWidget(labelFor(m_port, tr("&Port:")), 1, 2);
    grid->addWidget(m_port, 1, 3);
    grid->addWidget(labelFor(m_transport, tr("&Transport:")), 1, 4);
    grid->addWidget(m_transport, 1, 5);
    grid->addWidget(labelFor(m_programs->starter(), tr("Child &of:")), 2, 0);
    grid->addWidget(m_programs->starter(), 2, 1, 1, 5);
    grid->addWidget(labelFor(m_user, tr("&User:")), 3, 0);
    grid->addWidget(m_user, 3, 1, 1, 5);
    grid->addWidget(labelFor(m_client, tr("C&lient address:")), 4, 0);
    grid->addWidget(m_client, 4, 1, 1, 5);
    grid->addWidget(m_problem, 5, 1, 1, 5);
    grid->setColumnStretch(1, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(grid);
    layout->addSpacing(6);
    layout->addWidget(m_decision);
    layout->addWidget(m_past);
    layout->addWidget(m_reason);
    layout->addSpacing(6);
    layout->addWidget(m_found);
    layout->addWidget(m_trace, 1);
    layout->addWidget(buttons);
    setTabOrder(m_transport, m_programs->starter());
    keepEnterFromButtons(*this);
}

void ExplainDialog::fill()
{
    m_user->setText(m_request.user);
    m_client->setText(shownClient(m_request.client));
    m_host->setText(m_request.host);
    m_port->setValue(m_request.port);
    m_transport->setCurrentIndex(m_transport->findData(static_cast<int>(m_request.transport)));
}

void ExplainDialog::setConnection(const engine::Connection &connection)
{
    m_connection = connection;
    // An answer that is on its way tells of it, too.
    if (!m_explainer.isAsked())
        explainAnew();
}

ExplainRequest ExplainDialog::request() const
{
    return currentRequest().value_or(m_request);
}

std::optional<engine::Connection> ExplainDialog::connection() const
{
    const std::optional<ExplainRequest> current = currentRequest();
    return current && isUnchanged(*current) ? m_connection : std::nullopt;
}

/// The health of the servers is no part of what is asked.
bool ExplainDialog::isUnchanged(const ExplainRequest &request) const
{
    ExplainRequest asked = request;
    asked.deadServers = m_request.deadServers;
    return asked == m_request;
}

/// False: there is no such address.
bool ExplainDialog::readClient(ExplainRequest &request) const
{
    const QString text = m_client->text().trimmed();
    if (text == shownClient(m_request.client))
        return true;
    const std::optional<engine::Address> client =
        text.isEmpty() ? engine::Address() : engine::Address::fromLiteral(text);
    request.client = client.value_or(engine::Address());
    request.isLocal = false;
    return client.has_value();
}

std::optional<ExplainRequest> ExplainDialog::currentRequest() const
{
    ExplainRequest request = m_request;
    request.application = m_programs->application();
    if (!readClient(request))
        return std::nullopt;
    request.user = m_user->text();
    request.host = m_host->text().trimmed();
    if (request.host != m_request.host) {
        request.resolved = {};
        request.isUnresolved = false;
    }
    request.port = static_cast<std::uint16_t>(m_port->value());
    request.transport = static_cast<Transport>(m_transport->currentData().toInt());
    request.deadServers = m_servers.deadServers();
    return request;
}

/// A client may have asked for a name that nobody would write.
QString ExplainDialog::hostProblem(const QString &host) const
{
    const bool isKnown = host.isEmpty() || host == m_request.host;
    return isKnown ? QString() : messageText(engine::faultOfAskedHost(host));
}

/// By what is known so far, and again when a program has been found.
void ExplainDialog::explain()
{
    m_programs->look();
    const std::optional<ExplainRequest> request = currentRequest();
    const QString problem =
        request ? hostProblem(request->host)
                : tr("\"%1\" is no IP address, such as 192.168.1.20.").arg(m_client->text().trimmed());
    showProblem(*m_problem, problem);
    if (!request || !problem.isEmpty() || request->host.isEmpty()) {
        m_question.reset();
        m_explainer.drop();
        showHint(problem.isEmpty());
        return;
    }
    showFound(m_programs->foundText());
    if (m_question == request)
        return;
    m_question = request;
    m_explainer.ask(m_store.profile(), *request);
}

/// The same question may have another answer.
void ExplainDialog::explainAnew()
{
    m_question.reset();
    explain();
}

void ExplainDialog::showHint(bool isReadable)
{
    m_trace->clear();
    m_past->hide();
    showFound({});
    m_decision->setText(tr("Where does the connection go?"));
    m_reason->setText(isReadable
                          ? tr("Enter a host to see what the rules decide about it. Nothing is opened.")
                          : QString());
}

void ExplainDialog::showFound(const QString &text)
{
    m_found->setText(text);
    m_found->setVisible(!text.isEmpty());
}

/// Until it comes, the dialog shows the one before.
void ExplainDialog::showAnswer(const ExplainRequest &request, const Explanation &explanation)
{
    showTrace(explanation);
    showDecision(explanation);
    showPast(request, explanation);
}

/// The profile and the servers are those of now; the connection was decided about under those of then.
void ExplainDialog::showPast(const ExplainRequest &request, const Explanation &explanation)
{
    m_past->hide();
    if (!m_connection || !isUnchanged(request))
        return;
    const engine::Connection &connection = *m_connection;
    const bool wasDecided = isDecided(connection);
    const bool isSame = connection.rule == recordedRule(m_store.profile(), explanation.rule) &&
                        connection.route == explanation.route &&
                        (connection.servers.isEmpty() || connection.servers == explanation.servers);
    if (connection.isLive() && (isSame || !wasDecided))
        return;
    QString text = tr("This is what would be decided now.");
    if (wasDecided) {
        const bool isBlocked =
            connection.route.isEmpty() && shownState(connection) == engine::ConnectionState::Failed;
        QStringList then{connection.rule.isEmpty() ? tr("no rule") : tr("rule %1").arg(connection.rule)};
        if (!isBlocked)
            then << (connection.route.isEmpty()
                         ? tr("direct", "route")
                         : tr("by way of %1", "server or route")
                               .arg(engine::shownWay(connection.route, connection.servers)));
        text += u' ' + tr("When it was opened: %1.", "rule, route").arg(then.join(QStringLiteral(", ")));
    }
    m_past->setText(text);
    m_past->show();
}

void ExplainDialog::showTrace(const Explanation &explanation)
{
    m_trace->clear();
    QList<QTreeWidgetItem *> items;
    for (const ExplainedRule &tried : explanation.rules) {
        const engine::TraceStep &step = tried.step;
        const QString name = step.name.isEmpty() ? QStringLiteral("#%1").arg(step.rule + 1) : step.name;
        const QString reason = traceText(step);
        auto *item =
            new QTreeWidgetItem({name, tried.matched ? tr("Yes", "the rule matches") : tr("No"), reason});
        item->setData(RuleColumn, Qt::UserRole, step.rule);
        item->setSizeHint(RuleColumn, QSize(0, fontMetrics().height() + kRowPadding));
        item->setToolTip(ReasonColumn, reason);
        item->setForeground(ResultColumn,
                            toneColor(tried.matched ? Tone::Good : Tone::Muted, m_trace->palette()));
        items << item;
    }
    m_trace->addTopLevelItems(items);
    if (!items.isEmpty())
        m_trace->scrollToItem(items.back());
}

void ExplainDialog::showDecision(const Explanation &explanation)
{
    switch (explanation.action.kind) {
    case Action::Kind::Direct:
        m_decision->setText(tr("Direct"));
        break;
    case Action::Kind::Block:
        m_decision->setText(tr("Blocked"));
        break;
    case Action::Kind::Proxy:
        m_decision->setText(tr("By way of %1", "server or route").arg(explanation.route));
        break;
    }
    QStringList lines{reasonText(explanation)};
    if (explanation.obstacle.isError())
        lines << errorMessage(explanation.obstacle);
    // Also the one that a group has chosen.
    if (!explanation.servers.isEmpty() && explanation.servers != QStringList{explanation.route})
        lines << tr("Servers: %1").arg(engine::shownWay({}, explanation.servers));
    if (!explanation.passedOver.isEmpty())
        lines
            << tr("Down at the moment: %1", "servers").arg(explanation.passedOver.join(QStringLiteral(", ")));
    lines << chooserText(explanation) << addressText(explanation);
    lines.removeAll(QString());
    m_reason->setText(lines.join(u'\n'));
}

QString ExplainDialog::chooserText(const Explanation &explanation)
{
    switch (explanation.chooser) {
    case Explanation::Chooser::Failover:
        return tr("Of the group, the first server that works is taken.");
    case Explanation::Chooser::Balance:
        return explanation.isForAssociation
                   ? tr("Of the group, the server that the first host of the association was given is taken, "
                        "among those that work.")
                   : tr("Of the group, the server that this host was given is taken, among those that work.");
    case Explanation::Chooser::Nobody:
    case Explanation::Chooser::Server:
    case Explanation::Chooser::Chain:
        return {};
    }
    Q_UNREACHABLE();
    return {};
}

QString ExplainDialog::addressText(const Explanation &explanation)
{
    switch (explanation.addressSource) {
    case Explanation::AddressSource::Asked:
        return {}; // it stands in the request
    case Explanation::AddressSource::Resolved:
        return tr("Address: %1, looked up for the rules").arg(explanation.address.toString());
    case Explanation::AddressSource::NotResolved:
        return tr("The name was not looked up, so rules on addresses could not be judged.");
    case Explanation::AddressSource::NotFound:
        return tr("The name was looked up in vain, so rules on addresses could not be judged. Only a server "
                  "may look it up again.");
    case Explanation::AddressSource::NotNeeded:
        return tr("The name is not looked up for the rules: none on addresses could decide before it does.");
    case Explanation::AddressSource::NotWanted:
        if (explanation.isNameSentOn)
            return tr("The last server looks the name up; rules on addresses do not apply to names.");
        if (explanation.isRefused())
            return tr("The name is not looked up; rules on addresses do not apply to names.");
        return tr("The name is looked up here to connect; rules on addresses do not apply to names.");
    }
    Q_UNREACHABLE();
    return {};
}

QString ExplainDialog::reasonText(const Explanation &explanation) const
{
    const engine::Profile &profile = m_store.profile();
    if (explanation.rule >= 0 && explanation.rule < profile.rules.size())
        return tr("The rule %1 decides.").arg(ruleName(profile.rules.at(explanation.rule), explanation.rule));
    if (profile.mode != engine::RoutingMode::Rules)
        return tr("The mode %1 decides; no rule is asked.").arg(modeText(profile.mode));
    const bool isUnidentified = !explanation.rules.isEmpty() && explanation.rules.back().step.outcome ==
                                                                    engine::TraceStep::Outcome::Unidentified;
    return isUnidentified ? tr("The application is not identified, and the profile says what is done then.")
                          : tr("No rule matches: the default action is taken.");
}

} // namespace ui
