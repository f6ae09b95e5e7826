// SPDX-License-Identifier: MIT
#include "ui/noservers.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui
{

NoServers::NoServers(QWidget *parent)
    : QWidget(parent)
    , m_add(new QPushButton(tr("Add server…"), this))
    , m_paste(new QPushButton(tr("Paste servers"), this))
{
    setObjectName(QStringLiteral("serversEmpty"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *heading = new QLabel(tr("No servers yet"), this);
    QFont font = heading->font();
    font.setPointSizeF(font.pointSizeF() * 1.35);
    font.setBold(true);
    heading->setFont(font);
    auto *text =
        new QLabel(tr("Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of "
                      "servers."),
                   this);
    text->setWordWrap(true);
    text->setTextFormat(Qt::PlainText);
    m_add->setObjectName(QStringLiteral("serversEmptyAdd"));
    m_paste->setObjectName(QStringLiteral("serversEmptyPaste"));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_add);
    buttons->addWidget(m_paste);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    for (QLabel *label : {heading, text}) {
        label->setAlignment(Qt::AlignCenter);
        layout->addWidget(label);
    }
    layout->addSpacing(6);
    layout->addLayout(buttons);
    layout->addStretch(3);
    setFocusProxy(m_add);
    connect(m_add, &QPushButton::clicked, this, &NoServers::addRequested);
    connect(m_paste, &QPushButton::clicked, this, &NoServers::pasteRequested);
}

void NoServers::giveKeys(const QList<QAction *> &actions)
{
    m_add->addActions(actions);
    m_paste->addActions(actions);
}

} // namespace ui
