// SPDX-License-Identifier: MIT
#include "ui/modebar.h"

#include <QPushButton>

namespace ui
{

using engine::RoutingMode;

ModeBar::ModeBar(QWidget *parent)
    : PageBar(QStringLiteral("modeBar"), parent)
{
    const QPushButton *apply = addButton(QStringLiteral("Button"), tr("Apply the rules"));
    connect(apply, &QPushButton::clicked, this, &ModeBar::rulesModeRequested);
}

void ModeBar::showMode(RoutingMode mode)
{
    setVisible(mode != RoutingMode::Rules);
    setText(mode == RoutingMode::Direct
                ? tr("These rules are not applied: the mode is Direct, so everything connects directly and "
                     "nothing is blocked.")
                : tr("These rules are not applied: the mode is Everything, so the default action is taken "
                     "for everything."));
}

} // namespace ui
