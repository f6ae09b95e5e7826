// SPDX-License-Identifier: MIT
#include "ui/limitspage.h"

#include "ui/dialogparts.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/profilestore.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QGroupBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <chrono>
#include <cmath>
#include <utility>

namespace ui
{

namespace
{

using engine::Limits;
using engine::RelayPump;
using std::chrono::milliseconds;

/// Each change writes the profile's file: arrows that are held down are one change.
constexpr milliseconds kCommitDelay{500};
/// Wide: what is sensible, the profile's own check says.
constexpr double kLargestNumber = 10'000'000;
constexpr int kDecimals = 3; // milliseconds
constexpr double kMillisecondsPerSecond = 1'000;

enum Column { NameColumn, FieldColumn, ResetColumn, DefaultColumn };

/// Shows no more decimals than there are.
class NumberField : public QDoubleSpinBox
{
public:
    using QDoubleSpinBox::QDoubleSpinBox;

    [[nodiscard]] QString textFromValue(double value) const override
    {
        return locale().toString(value, 'f', QLocale::FloatingPointShortest);
    }
};

double toSeconds(milliseconds duration)
{
    return static_cast<double>(duration.count()) / kMillisecondsPerSecond;
}

bool isSame(double a, double b)
{
    return std::abs(a - b) < 0.5 / kMillisecondsPerSecond;
}

/// Whether it shows something typed that does not count yet.
bool isBeingEdited(const QDoubleSpinBox &field)
{
    const QString special = field.value() == field.minimum() ? field.specialValueText() : QString();
    const QString shown = special.isEmpty() ? field.textFromValue(field.value()) + field.suffix() : special;
    return field.hasFocus() && field.text() != shown;
}

} // namespace

LimitsPage::LimitsPage(ProfileStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_pump(new QComboBox(this))
    , m_problems(makeProblemLabel(this))
    , m_restore(new QPushButton(tr("&Restore defaults"), this))
{
    auto *content = new QWidget(this);
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(makeNumbers());
    inner->addWidget(makeRelay());
    inner->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("limitsScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_problems);
    layout->addWidget(m_restore, 0, Qt::AlignLeft);
    m_restore->setObjectName(QStringLiteral("restoreLimitsButton"));
    m_restore->setToolTip(tr("Give every limit and timeout on this page its default"));
    connect(m_restore, &QPushButton::clicked, this, &LimitsPage::restoreDefaults);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kCommitDelay);
    connect(&m_delay, &QTimer::timeout, this, [this] { static_cast<void>(commit()); });
    connect(&m_store, &ProfileStore::profileChanged, this, &LimitsPage::show);
    show();
}

QWidget *LimitsPage::makeNumbers()
{
    auto *group = new QGroupBox(tr("Limits and timeouts of the profile"), this);
    auto *grid = new QGridLayout(group);
    grid->setColumnStretch(DefaultColumn, 1);
    addDuration(*grid, "handshakeTimeoutSeconds", tr("&Handshake:"),
                tr("From a client's connection to the end of its request"), &Limits::handshakeTimeout);
    addDuration(*grid, "connectTimeoutSeconds", tr("Co&nnect:"),
                tr("From the request to a connected target, with the name's lookup and all attempts"),
                &Limits::connectTimeout);
    addDuration(*grid, "bindTimeoutSeconds", tr("&Awaited connection (BIND):"),
                tr("How long a client of BIND waits for its peer"), &Limits::bindTimeout);
    addDuration(*grid, "idleTimeoutSeconds", tr("&Idle connection:"),
                tr("A connection without a byte in either direction is closed after this time"),
                &Limits::idleTimeout);
    addDuration(*grid, "halfClosedTimeoutSeconds", tr("Hal&f-closed connection:"),
                tr("One side has finished, and the other sends nothing for this time"),
                &Limits::halfClosedTimeout);
    addDuration(*grid, "udpIdleTimeoutSeconds", tr("Idle &UDP association:"),
                tr("An association without a datagram is closed after this time"), &Limits::udpIdleTimeout);
    addDuration(*grid, "drainTimeoutSeconds", tr("Grace on &quitting:"),
                tr("How long open connections may go on when Hosier stops"), &Limits::drainTimeout);
    addCount(*grid, "maximumClients", tr("&Clients at once:"),
             tr("Further clients are turned away. 0 is no limit of Hosier's own."), &Limits::maximumClients);
    addCount(*grid, "maximumClientsPerAddress", tr("Clients from &one address:"),
             tr("Further clients of the address are turned away. 0 is no limit of Hosier's own."),
             &Limits::maximumClientsPerAddress);
    return group;
}

QWidget *LimitsPage::makeRelay()
{
    auto *group = new QGroupBox(tr("Relay"), this);
    m_pump->setObjectName(QStringLiteral("relayPumpCombo"));
    m_pump->setAccessibleName(tr("Relay"));
    m_pump->setToolTip(tr("How data is moved. The fastest one of this system is chosen by itself."));
    m_pump->addItem(tr("Automatic", "relay"), static_cast<int>(RelayPump::Automatic));
    m_pump->addItem(tr("Native", "relay"), static_cast<int>(RelayPump::Native));
    m_pump->addItem(tr("Portable", "relay"), static_cast<int>(RelayPump::Portable));
    QLabel *pumpHint = makeHintLabel(this, QStringLiteral("relayPumpHint"));
    pumpHint->setText(tr("A change of the relay takes effect at the next start of Hosier."));
    auto *form = new QFormLayout(group);
    form->addRow(tr("Rela&y:"), m_pump);
    form->addRow(pumpHint);
    connect(m_pump, &QComboBox::activated, this, &LimitsPage::waitALittle);
    return group;
}

void LimitsPage::addDuration(QGridLayout &grid, const char *key, const QString &name, const QString &toolTip,
                             milliseconds Limits::*member)
{
    Row row{QLatin1String(key), name, [member](const Limits &limits) { return toSeconds(limits.*member); },
            [member](Limits &limits, double seconds) {
                limits.*member = milliseconds(std::llround(seconds * kMillisecondsPerSecond));
            }};
    row.field = new NumberField(this);
    row.field->setDecimals(kDecimals);
    row.field->setSuffix(tr(" s", "seconds, suffix of a number"));
    // As the field would show it.
    const QString defaultText = row.field->textFromValue(toSeconds(Limits().*member)) + row.field->suffix();
    addRow(grid, std::move(row), toolTip, tr("Default: %1").arg(defaultText));
}

void LimitsPage::addCount(QGridLayout &grid, const char *key, const QString &name, const QString &toolTip,
                          int Limits::*member)
{
    Row row{QLatin1String(key), name, [member](const Limits &limits) { return limits.*member; },
            [member](Limits &limits, double count) {
                limits.*member = static_cast<int>(std::lround(count));
            }};
    row.field = new NumberField(this);
    row.field->setDecimals(0);
    row.field->setSpecialValueText(tr("No limit"));
    addRow(grid, std::move(row), toolTip,
           tr("Default: %1").arg(countText(static_cast<std::uint64_t>(Limits().*member))));
}

void LimitsPage::addRow(QGridLayout &grid, Row row, const QString &toolTip, const QString &defaultText)
{
    const int at = grid.rowCount();
    auto *label = new QLabel(row.name, this);
    row.name.remove(u'&').remove(u':');
    label->setBuddy(row.field);
    label->setToolTip(toolTip);
    row.field->setObjectName(row.key + QStringLiteral("Field"));
    row.field->setAccessibleName(row.name);
    row.field->setAccessibleDescription(defaultText);
    row.field->setToolTip(toolTip);
    row.field->setRange(0, kLargestNumber);
    row.field->setKeyboardTracking(false); // "1" on the way to "10" is not meant
    row.reset = new QToolButton(this);
    row.reset->setObjectName(row.key + QStringLiteral("Reset"));
    row.reset->setIcon(symbolIcon(QStringLiteral("undo")));
    row.reset->setAutoRaise(true);
    row.reset->setFocusPolicy(Qt::TabFocus);
    row.reset->setToolTip(tr("Restore the default"));
    row.reset->setAccessibleName(tr("Restore the default of \"%1\"").arg(row.name));
    grid.addWidget(label, at, NameColumn);
    grid.addWidget(row.field, at, FieldColumn);
    grid.addWidget(row.reset, at, ResetColumn);
    QLabel *hint = makeHintLabel(this, row.key + QStringLiteral("Default"));
    hint->setText(defaultText);
    hint->setWordWrap(false);
    grid.addWidget(hint, at, DefaultColumn);
    connect(row.field, &QDoubleSpinBox::valueChanged, this, &LimitsPage::waitALittle);
    connect(row.reset, &QToolButton::clicked, row.field,
            [field = row.field, value = row.get(Limits())] { field->setValue(value); });
    m_rows << row;
}

/// What is in force; a field that is being filled in comes later.
void LimitsPage::show()
{
    const engine::Profile &profile = m_store.profile();
    for (const Row &row : std::as_const(m_rows)) {
        if (isBeingEdited(*row.field))
            continue;
        const QSignalBlocker blocker(row.field);
        row.field->setValue(row.get(profile.limits));
    }
    m_pump->setCurrentIndex(m_pump->findData(static_cast<int>(profile.relayPump)));
    showResets();
    ui::showProblem(*m_problems, {});
}

void LimitsPage::showResets()
{
    const Limits defaults;
    bool any = false;
    for (const Row &row : std::as_const(m_rows)) {
        const bool differs = !isSame(row.field->value(), row.get(defaults));
        row.reset->setEnabled(differs);
        any = any || differs;
    }
    m_restore->setEnabled(any);
}

void LimitsPage::waitALittle()
{
    m_isChanged = true;
    showResets();
    m_delay.start();
}

void LimitsPage::finishTyping()
{
    for (const Row &row : std::as_const(m_rows)) {
        if (isBeingEdited(*row.field))
            row.field->interpretText();
    }
}

bool LimitsPage::commit()
{
    m_delay.stop();
    if (!std::exchange(m_isChanged, false))
        return true;
    engine::Profile profile = m_store.profile();
    for (const Row &row : std::as_const(m_rows)) {
        if (!isSame(row.field->value(), row.get(profile.limits)))
            row.set(profile.limits, row.field->value());
    }
    profile.relayPump = static_cast<RelayPump>(m_pump->currentData().toInt());
    QStringList problems = m_store.change(profile);
    for (QString &problem : problems)
        problem = readable(problem);
    showProblemLines(*m_problems, problems);
    return problems.isEmpty();
}

void LimitsPage::restoreDefaults()
{
    for (const Row &row : std::as_const(m_rows))
        row.field->setValue(row.get(Limits()));
}

/// By the field's name instead of its place in the profile.
QString LimitsPage::readable(const QString &problem) const
{
    for (const Row &row : m_rows) {
        const QString place = QStringLiteral("$.limits.%1: ").arg(row.key);
        if (problem.startsWith(place))
            return tr("%1: %2", "field, what is wrong with it").arg(row.name, problem.mid(place.size()));
    }
    return problem;
}

} // namespace ui
