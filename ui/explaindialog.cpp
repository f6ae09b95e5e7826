// SPDX-License-Identifier: MIT
#include "ui/explaindialog.h"

#include "ui/colors.h"
#include "ui/headings.h"
#include "ui/profilestore.h"
#include "ui/ruletext.h"
#include "ui/servermodel.h"
#include "ui/tracetext.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
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
constexpr QSize kSize{640, 440};
constexpr int kRowPadding = 6;
constexpr double kDecisionScale = 1.25;
const QString kArrow = QStringLiteral(" \u2192 ");

enum TraceColumn { RuleColumn, ResultColumn, ReasonColumn };

} // namespace

ExplainDialog::ExplainDialog(const ProfileStore &store, const ServerModel &servers,
                             const ExplainRequest &request, const QStringList &applications, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_servers(servers)
    , m_request(request)
{
    setObjectName(QStringLiteral("explainDialog"));
    setWindowTitle(tr("Explain"));
    setAttribute(Qt::WA_DeleteOnClose);
    makeFields(applications);
    makeTrace();
    makeLayout();
    fill();
    m_delay.setSingleShot(true);
    m_delay.setInterval(kTypingPause);
    const auto later = qOverload<>(&QTimer::start);
    connect(m_application, &QComboBox::currentTextChanged, &m_delay, later);
    connect(m_host, &QLineEdit::textChanged, &m_delay, later);
    connect(m_port, &QSpinBox::valueChanged, &m_delay, later);
    connect(m_transport, &QComboBox::currentIndexChanged, &m_delay, later);
    connect(&m_delay, &QTimer::timeout, this, &ExplainDialog::explain);
    connect(&m_store, &ProfileStore::profileChanged, this, &ExplainDialog::explain);
    connect(&m_servers, &ServerModel::dataChanged, &m_delay, later);
    explain();
    resize(kSize);
}

void ExplainDialog::makeFields(const QStringList &applications)
{
    m_application = new QComboBox(this);
    m_application->setObjectName(QStringLiteral("explainApplicationCombo"));
    m_application->setAccessibleName(tr("Application"));
    m_application->setEditable(true);
    m_application->setInsertPolicy(QComboBox::NoInsert);
    m_application->addItems(applications);
    m_application->lineEdit()->setPlaceholderText(tr("Name or path; empty: not identified"));
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
    m_source = new QLabel(this);
    m_source->setObjectName(QStringLiteral("explainSource"));
    m_source->setTextFormat(Qt::PlainText);
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
    m_reason = new QLabel(this);
    m_reason->setObjectName(QStringLiteral("explainReason"));
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->setWordWrap(true);
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
    const auto label = [this](const QString &text, QWidget *field) {
        auto *made = new QLabel(text, this);
        made->setBuddy(field);
        return made;
    };
    auto *grid = new QGridLayout;
    grid->addWidget(label(tr("&Application:"), m_application), 0, 0);
    grid->addWidget(m_application, 0, 1, 1, 5);
    grid->addWidget(label(tr("&Host:"), m_host), 1, 0);
    grid->addWidget(m_host, 1, 1);
    grid->addWidget(label(tr("&Port:"), m_port), 1, 2);
    grid->addWidget(m_port, 1, 3);
    grid->addWidget(label(tr("&Transport:"), m_transport), 1, 4);
    grid->addWidget(m_transport, 1, 5);
    grid->addWidget(m_source, 2, 1, 1, 5);
    grid->setColumnStretch(1, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(grid);
    layout->addSpacing(6);
    layout->addWidget(m_decision);
    layout->addWidget(m_reason);
    layout->addSpacing(6);
    layout->addWidget(m_trace, 1);
    layout->addWidget(buttons);
}

void ExplainDialog::fill()
{
    const engine::Program &program = m_request.application.program;
    m_application->setCurrentText(program.path.isEmpty() ? program.name : program.path);
    m_host->setText(m_request.host);
    m_port->setValue(m_request.port);
    m_transport->setCurrentIndex(m_transport->findData(static_cast<int>(m_request.transport)));
    QStringList source;
    if (!m_request.client.isNull())
        source << tr("from %1", "client address").arg(m_request.client.toString());
    if (!m_request.user.isEmpty())
        source << tr("logged in as %1").arg(m_request.user);
    m_source->setText(source.join(QStringLiteral(", ")));
    m_source->setVisible(!source.isEmpty());
}

ExplainRequest ExplainDialog::currentRequest() const
{
    ExplainRequest request = m_request;
    engine::Program &program = request.application.program;
    const QString application = m_application->currentText().trimmed();
    if (application != program.name && application != program.path) {
        request.application = {};
        const bool isPath = application.contains(u'/') || application.contains(u'\\');
        program.name = isPath ? QFileInfo(application).fileName() : application;
        program.path = isPath ? application : QString();
    }
    request.host = m_host->text().trimmed();
    if (request.host != m_request.host)
        request.resolved = {};
    request.port = static_cast<std::uint16_t>(m_port->value());
    request.transport = static_cast<Transport>(m_transport->currentData().toInt());
    request.deadServers = m_servers.deadServers();
    return request;
}

void ExplainDialog::explain()
{
    const ExplainRequest request = currentRequest();
    if (request.host.isEmpty()) {
        m_trace->clear();
        m_decision->setText(tr("Where does the connection go?"));
        m_reason->setText(tr("Enter a host to see what the rules decide about it. Nothing is opened."));
        return;
    }
    const Explanation explanation = engine::explainRequest(m_store.profile(), request);
    showTrace(explanation);
    showDecision(explanation);
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
    // Also the one that a group has chosen.
    if (!explanation.servers.isEmpty() && explanation.servers != QStringList{explanation.route})
        lines << tr("Servers: %1").arg(explanation.servers.join(kArrow));
    if (!explanation.passedOver.isEmpty())
        lines
            << tr("Down at the moment: %1", "servers").arg(explanation.passedOver.join(QStringLiteral(", ")));
    lines << chooserText(explanation.chooser) << addressText(explanation);
    lines.removeAll(QString());
    m_reason->setText(lines.join(u'\n'));
}

QString ExplainDialog::chooserText(Explanation::Chooser chooser)
{
    switch (chooser) {
    case Explanation::Chooser::Failover:
        return tr("Of the group, the first server that works is taken.");
    case Explanation::Chooser::Balance:
        return tr("Of the group, the server that this host was given is taken, among those that work.");
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
    case Explanation::AddressSource::NotWanted:
        return explanation.action.kind == Action::Kind::Proxy
                   ? tr("The last server looks the name up; rules on addresses do not apply to names.")
                   : tr("The name is looked up to connect; rules on addresses do not apply to names.");
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
