// SPDX-License-Identifier: MIT
#include "ui/modebar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui
{

using engine::RoutingMode;

ModeBar::ModeBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
{
    setObjectName(QStringLiteral("modeBar"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    m_text->setObjectName(QStringLiteral("modeBarText"));
    m_text->setForegroundRole(QPalette::ToolTipText);
    m_text->setWordWrap(true);
    auto *apply = new QPushButton(tr("Apply the rules"), this);
    apply->setObjectName(QStringLiteral("modeBarButton"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(apply);
    connect(apply, &QPushButton::clicked, this, &ModeBar::rulesModeRequested);
}

void ModeBar::showMode(RoutingMode mode)
{
    setVisible(mode != RoutingMode::Rules);
    m_text->setText(mode == RoutingMode::Direct
                        ? tr("These rules are not applied: the mode is Direct, so everything connects "
                             "directly and nothing is blocked.")
                        : tr("These rules are not applied: the mode is Everything, so the default action "
                             "is taken for everything."));
}

} // namespace ui
