// SPDX-License-Identifier: MIT
#include "ui/crashbar.h"

#include "ui/elidedlabel.h"
#include "ui/icons.h"

#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QStyle>
#include <QUrl>

namespace ui
{

namespace
{

/// Far more than any note has.
constexpr qint64 kMaximumNote = qint64{64} * 1024;

} // namespace

CrashBar::CrashBar(const QString &notePath, QWidget *parent)
    : QToolBar(tr("Note of a crash"), parent)
    , m_notePath(notePath)
{
    setObjectName(QStringLiteral("crashBar"));
    setMovable(false);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    toggleViewAction()->setVisible(false);
    auto *icon = new QLabel(this);
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    icon->setPixmap(symbolIcon(QStringLiteral("info")).pixmap(size));
    auto *text = new ElidedLabel(this);
    text->setObjectName(QStringLiteral("crashText"));
    text->setText(tr("Hosier ended unexpectedly the last time. The note about it is %1.")
                      .arg(QDir::toNativeSeparators(notePath)));
    addWidget(icon);
    addWidget(text);
    const auto add = [this](const char *objectName, const QString &title, const QString &toolTip) {
        QAction *action = addAction(title);
        action->setObjectName(QLatin1String(objectName));
        action->setToolTip(toolTip);
        widgetForAction(action)->setFocusPolicy(Qt::TabFocus);
        return action;
    };
    connect(add("crashOpenFolder", tr("Open folder"), tr("Show the folder of the note")), &QAction::triggered,
            this, &CrashBar::openFolder);
    connect(add("crashCopy", tr("Copy note"), tr("Copy the note, to send it to whoever can make use of it")),
            &QAction::triggered, this, &CrashBar::copyNote);
    QAction *dismiss = add("crashDismiss", tr("Dismiss"), tr("Hide this message; the note stays"));
    connect(dismiss, &QAction::triggered, this, &QWidget::hide);
    connect(dismiss, &QAction::triggered, this, &CrashBar::dismissed);
}

void CrashBar::openFolder()
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_notePath).absolutePath()));
}

void CrashBar::copyNote()
{
    QFile note(m_notePath);
    if (note.open(QIODevice::ReadOnly))
        QGuiApplication::clipboard()->setText(QString::fromUtf8(note.read(kMaximumNote)));
}

} // namespace ui
