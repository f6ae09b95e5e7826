// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include <memory>

namespace ui
{

/// Whether the desktop shows tray icons now. Where a host may come after the program, as at login, or go and
/// return, this follows it without ever waiting for it. Qt decides with its first tray icon which kind of
/// host it serves, and for good: make none, nor ask Qt for a tray, before isPresent() has been true.
class TrayHost : public QObject
{
    Q_OBJECT

public:
    explicit TrayHost(QObject *parent = nullptr);
    ~TrayHost() override;

    /// False while the desktop has not answered yet.
    [[nodiscard]] bool isKnown() const { return m_isKnown; }
    [[nodiscard]] bool isPresent() const { return m_isPresent; }

Q_SIGNALS:
    /// One of the above is another now.
    void changed();

private:
    class Watch;

    void set(bool isPresent);

    bool m_isKnown = false;
    bool m_isPresent = false;
    std::unique_ptr<Watch> m_watch;
};

} // namespace ui
