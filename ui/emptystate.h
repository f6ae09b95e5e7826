// SPDX-License-Identifier: MIT
#pragma once

#include "ui/clientsettings.h"
#include "ui/proxystatus.h"

#include <QWidget>

#include <functional>
#include <optional>

class QLabel;
class QPushButton;

namespace ui
{

/// What stands in place of the table while there is nothing to list: why, and what to do next.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    /// What is not there.
    enum class Subject { Connections, Applications, Rules, Servers };

    explicit EmptyState(Subject subject, QWidget *parent = nullptr);

    /// Asked for what programs are pointed at, whenever that is shown.
    void setProxy(std::function<std::optional<ProxyAddress>()> proxy) { m_proxy = std::move(proxy); }
    /// Of connections or applications. `filter` is not empty when there are some but the filter hides them
    /// all.
    void show(const ProxyStatus &status, const QString &filter);

    /// The filter hides all there is.
    void showNoMatch(const QString &filter);

    /// What a button says that moves the failed listener to the port that is offered.
    [[nodiscard]] static QString otherPortText(const ProxyStatus &status);

Q_SIGNALS:
    void proxyOnRequested();
    void retryRequested();
    /// The port that ProxyStatus offers in place of one that failed.
    void otherPortRequested();
    void copyEnvironmentRequested();
    void clearFilterRequested();

private:
    enum class Action { None, TurnOn, Retry, CopyEnvironment, ClearFilter };

    [[nodiscard]] QPushButton *makeOtherPort();
    void fill(const QString &heading, const QString &text, Action action, const QString &button);
    void showCommand();
    void showFailure(const ProxyStatus &status);
    void press();

    const Subject m_subject;
    std::function<std::optional<ProxyAddress>()> m_proxy;
    QLabel *m_icon;
    QLabel *m_heading;
    QLabel *m_text;
    QLabel *m_command;
    QPushButton *m_button;
    QPushButton *m_otherPort = nullptr;
    Action m_action = Action::None;
};

} // namespace ui
