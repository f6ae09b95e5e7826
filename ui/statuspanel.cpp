// SPDX-License-Identifier: MIT
#include "ui/statuspanel.h"

#include "ui/elidedlabel.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/proxystatus.h"

#include <QEvent>
#include <QLabel>
#include <QStatusBar>

#include <algorithm>

namespace ui
{

namespace
{

constexpr int kIconSize = 16;
constexpr int kSpacing = 6; ///< beside each part of a status bar
constexpr int kGripWidth = 24;

void setTextIfChanged(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
}

/// What a part takes of the bar.
int widthOf(const QWidget &part)
{
    return std::max(part.sizeHint().width(), part.minimumWidth()) + kSpacing;
}

} // namespace

StatusPanel::StatusPanel(const ProxyStatus &status, QStatusBar &bar)
    : QObject(&bar)
    , m_status(status)
    , m_bar(bar)
    , m_icon(new QLabel(&bar))
    , m_listeners(new ElidedLabel(&bar))
    , m_live(addLabel(QStringLiteral("statusLive"), tr("%1 live").arg(countText(99'999))))
    , m_rates(addLabel(QStringLiteral("statusRates"),
                       tr("Down %1, up %2").arg(rateText(888.0 * 1024.0), rateText(888.0 * 1024.0))))
    , m_totals(addLabel(QStringLiteral("statusTotals"),
                        tr("Total %1 down, %2 up").arg(bytesText(888'888), bytesText(888'888))))
{
    m_icon->setObjectName(QStringLiteral("statusIcon"));
    m_listeners->setObjectName(QStringLiteral("statusListeners"));
    bar.insertWidget(0, m_icon);
    bar.insertWidget(1, m_listeners, 1);
    bar.installEventFilter(this);
    connect(&bar, &QStatusBar::messageChanged, this, &StatusPanel::makeRoom);
    showState();
    showTraffic();
}

void StatusPanel::showState()
{
    m_icon->setPixmap(
        proxyIcon(m_status.state()).pixmap(QSize(kIconSize, kIconSize), m_icon->devicePixelRatioF()));
    m_icon->setAccessibleName(m_status.title());
    const QString all = m_status.description();
    const qsizetype lineEnd = all.indexOf(u'\n');
    const qsizetype more = all.count(u'\n');
    m_listeners->setText(
        more == 0
            ? all
            : tr("%1 and %n more", "first listener, others", static_cast<int>(more)).arg(all.left(lineEnd)),
        all);
    makeRoom();
}

void StatusPanel::showTraffic()
{
    const engine::Totals &totals = m_status.totals();
    const TrafficRates rates = m_status.rates();
    setTextIfChanged(m_live, tr("%1 live").arg(countText(totals.live)));
    m_live->setToolTip(tr("%1 connections open now\n%2 accepted since the start, %3 failed, %4 refused")
                           .arg(countText(totals.live), countText(totals.accepted), countText(totals.failed),
                                countText(totals.refused)));
    setTextIfChanged(m_rates, tr("Down %1, up %2").arg(rateText(rates.down), rateText(rates.up)));
    setTextIfChanged(m_totals,
                     tr("Total %1 down, %2 up").arg(bytesText(totals.bytesDown), bytesText(totals.bytesUp)));
}

bool StatusPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        makeRoom();
    return QObject::eventFilter(watched, event);
}

/// Totals never stand beside a message, which comes and goes.
void StatusPanel::makeRoom()
{
    const QString message = m_bar.currentMessage();
    const int wanted = message.isEmpty() ? widthOf(*m_icon) + widthOf(*m_listeners)
                                         : m_bar.fontMetrics().horizontalAdvance(message) + kSpacing;
    int room = m_bar.width() - kGripWidth - widthOf(*m_live) - wanted;
    // The listeners are told of in the toolbar too, and a message is nowhere else.
    const bool hasRates = message.isEmpty() || widthOf(*m_rates) <= room;
    room -= widthOf(*m_rates);
    m_rates->setVisible(hasRates);
    m_totals->setVisible(message.isEmpty() && widthOf(*m_totals) <= room);
}

QLabel *StatusPanel::addLabel(const QString &objectName, const QString &widest)
{
    auto *label = new QLabel(&m_bar);
    label->setObjectName(objectName);
    label->setTextFormat(Qt::PlainText);
    // Room for the widest text: numbers that change do not push each other about.
    label->setMinimumWidth(label->fontMetrics().horizontalAdvance(widest));
    m_bar.addPermanentWidget(label);
    return label;
}

} // namespace ui
