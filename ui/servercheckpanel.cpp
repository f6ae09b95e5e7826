// SPDX-License-Identifier: MIT
#include "ui/servercheckpanel.h"

#include "engine/engine.h"
#include "ui/icons.h"
#include "ui/servertext.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui
{

namespace
{

constexpr int kOutcomeColumn = 2;

/// No server can have it, since it holds a space: the answer is told from those about saved servers.
QString nextCheckId()
{
    static quint64 number = 0;
    return QStringLiteral("unsaved %1").arg(++number);
}

} // namespace

ServerCheckPanel::ServerCheckPanel(engine::Engine &engine, QWidget *parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_button(new QPushButton(tr("Chec&k these settings"), this))
    , m_status(new QLabel(this))
    , m_rows(new QGridLayout)
{
    setObjectName(QStringLiteral("checkPanel"));
    m_button->setObjectName(QStringLiteral("checkButton"));
    m_button->setAutoDefault(false);
    m_button->setToolTip(tr("Connects through the server with what is entered here; nothing is saved"));
    m_status->setObjectName(QStringLiteral("checkStatus"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true);
    m_rows->setColumnStretch(kOutcomeColumn, 1);
    m_rows->setHorizontalSpacing(8);
    m_rows->setVerticalSpacing(2);
    auto *top = new QHBoxLayout;
    top->addWidget(m_button);
    top->addWidget(m_status, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(top);
    layout->addLayout(m_rows);
    connect(m_button, &QPushButton::clicked, this, &ServerCheckPanel::checkWanted);
    connect(&m_engine, &engine::Engine::serverChecked, this, &ServerCheckPanel::showCheck);
}

void ServerCheckPanel::check(engine::ServerProfile server, const QByteArray &password)
{
    clear();
    if (!m_engine.isRunning()) {
        m_status->setText(tr("The engine does not run, so nothing can be checked."));
        return;
    }
    server.id = nextCheckId();
    m_request = {};
    m_request.server = std::move(server);
    m_request.password = password;
    m_button->setEnabled(false);
    m_status->setText(tr("Checking…"));
    m_engine.checkServer(m_request);
    m_request.password.clear();
}

void ServerCheckPanel::clear()
{
    m_request.server.id.clear();
    m_button->setEnabled(true);
    m_status->clear();
    removeRows();
}

void ServerCheckPanel::showCheck(const engine::ServerCheck &check)
{
    if (m_request.server.id.isEmpty() || check.serverId != m_request.server.id)
        return;
    m_button->setEnabled(true);
    removeRows();
    for (const CheckStep &step : checkSteps(m_request, check))
        addRow(step.name, step.took ? millisecondsText(*step.took) : step.problem, step.took.has_value());
    if (check.error.isError())
        m_status->setText(tr("The server does not work."));
    else if (check.udpError.isError())
        m_status->setText(tr("The server works, but not for UDP."));
    else
        m_status->setText(tr("The server works."));
}

void ServerCheckPanel::addRow(const QString &name, const QString &outcome, bool well)
{
    const int row = m_rows->rowCount();
    const int size = fontMetrics().height();
    auto *sign = new QLabel(this);
    sign->setPixmap(statePixmap(well ? engine::ConnectionState::Open : engine::ConnectionState::Failed,
                                palette(), size, devicePixelRatioF()));
    auto *nameLabel = new QLabel(name, this);
    auto *outcomeLabel = new QLabel(outcome, this);
    outcomeLabel->setObjectName(QStringLiteral("checkOutcome"));
    outcomeLabel->setAccessibleName(name);
    outcomeLabel->setAccessibleDescription(outcome);
    for (QLabel *label : {nameLabel, outcomeLabel}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    outcomeLabel->setWordWrap(true);
    m_rows->addWidget(sign, row, 0, Qt::AlignTop);
    m_rows->addWidget(nameLabel, row, 1, Qt::AlignTop);
    m_rows->addWidget(outcomeLabel, row, kOutcomeColumn, Qt::AlignTop);
}

void ServerCheckPanel::removeRows()
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

} // namespace ui
