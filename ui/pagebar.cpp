// SPDX-License-Identifier: MIT
#include "ui/pagebar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui
{

namespace
{

constexpr QMargins kMargins{10, 4, 10, 4};

} // namespace

PageBar::PageBar(const QString &objectName, QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_layout(new QHBoxLayout(this))
{
    setObjectName(objectName);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    m_text->setForegroundRole(QPalette::ToolTipText);
    m_text->setObjectName(objectName + QStringLiteral("Text"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setWordWrap(true);
    m_layout->setContentsMargins(kMargins);
    m_layout->addWidget(m_text, 1);
}

void PageBar::setText(const QString &text)
{
    m_text->setText(text);
    setAccessibleName(text);
}

QPushButton *PageBar::addButton(const QString &part, const QString &text)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(objectName() + part);
    m_layout->addWidget(button, 0, Qt::AlignTop);
    return button;
}

} // namespace ui
