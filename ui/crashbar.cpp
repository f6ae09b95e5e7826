// SPDX-License-Identifier: MIT
#include "ui/crashbar.h"

#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QUrl>

namespace ui
{

namespace
{

/// Far more than any note has.
constexpr qint64 kMaximumNote = qint64{64} * 1024;

} // namespace

CrashBar::CrashBar(const QString &notePath, QWidget *parent)
    : WindowBar(tr("Note of a crash"), QStringLiteral("crashBar"), QStringLiteral("crashText"), parent)
    , m_notePath(notePath)
{
    setText(tr("Hosier ended unexpectedly the last time. The note about it is %1.")
                .arg(QDir::toNativeSeparators(notePath)));
    connect(addCommand("crashOpenFolder", tr("Open folder"), tr("Show the folder of the note")),
            &QAction::triggered, this, &CrashBar::openFolder);
    connect(addCommand("crashCopy", tr("Copy note"),
                       tr("Copy the note, to send it to whoever can make use of it")),
            &QAction::triggered, this, &CrashBar::copyNote);
    QAction *dismiss = addCommand("crashDismiss", tr("Dismiss"), tr("Hide this message; the note stays"));
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
