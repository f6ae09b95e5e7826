// SPDX-License-Identifier: MIT
#include "ui/about.h"

#include "ui/icons.h"

#include <QCoreApplication>
#include <QDir>
#include <QMessageBox>
#include <QUrl>

namespace ui
{

namespace
{

struct AboutText {
    Q_DECLARE_TR_FUNCTIONS(ui::About)
};

constexpr int kIconSize = 64;
const QString kQtSource = QStringLiteral("https://download.qt.io/archive/qt/");

QString linkTo(const QString &url, const QString &text)
{
    return QStringLiteral("<a href=\"%1\">%2</a>").arg(url.toHtmlEscaped(), text.toHtmlEscaped());
}

/// About what lies beside the program where it brings its libraries along, as on Windows; empty elsewhere.
QString shippedLicenses()
{
    const QDir directory(QCoreApplication::applicationDirPath() + QStringLiteral("/licenses"));
    if (!directory.exists())
        return {};
    const QString folder = linkTo(QUrl::fromLocalFile(directory.absolutePath()).toString(QUrl::FullyEncoded),
                                  QDir::toNativeSeparators(directory.absolutePath()));
    return QStringLiteral("<br><br>") +
           AboutText::tr(
               "The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and "
               "mingw-w64 that come with Hosier, are in %2.")
               .arg(linkTo(kQtSource, kQtSource), folder);
}

QMessageBox *makeBox(QWidget *parent, const QString &objectName, const QString &title, const QString &heading,
                     const QString &text)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, title, heading, QMessageBox::Close, parent);
    box->setObjectName(objectName);
    box->setInformativeText(text);
    box->setTextInteractionFlags(Qt::TextBrowserInteraction);
    box->setAttribute(Qt::WA_DeleteOnClose);
    return box;
}

} // namespace

QMessageBox *aboutHosier(QWidget *parent)
{
    const QString version = QCoreApplication::applicationVersion();
    QMessageBox *box = makeBox(
        parent, QStringLiteral("aboutBox"), AboutText::tr("About Hosier"),
        QStringLiteral("<b>Hosier %1</b>").arg(version.toHtmlEscaped()),
        AboutText::tr(
            "A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see "
            "every connection they make.<br><br>Published under the MIT licence."));
    box->setIconPixmap(applicationIcon().pixmap(QSize(kIconSize, kIconSize), box->devicePixelRatioF()));
    return box;
}

QMessageBox *aboutQt(QWidget *parent)
{
    // QApplication::aboutQt() would run an event loop of its own.
    return makeBox(
        parent, QStringLiteral("aboutQtBox"), AboutText::tr("About Qt"),
        QStringLiteral("<b>Qt %1</b>").arg(QLatin1String(qVersion())),
        AboutText::tr("Hosier is made with Qt, used under the GNU Lesser General Public License version "
                      "3.<br><br><a href=\"https://www.qt.io/\">www.qt.io</a>") +
            shippedLicenses());
}

} // namespace ui
