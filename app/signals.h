// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include <memory>

namespace app
{

/// The system's requests to stop or to read the profile again, as Qt signals on the thread that made this
/// object. One object at a time. After a first request to stop, a second one ends the process at once.
/// signals_posix.cpp: SIGINT, SIGTERM, SIGHUP. signals_windows.cpp: Ctrl+C, Ctrl+Break, closing the console.
class Signals : public QObject
{
    Q_OBJECT

public:
    explicit Signals(QObject *parent = nullptr);
    ~Signals() override;

Q_SIGNALS:
    void stopRequested();
    void reloadRequested();

private:
    class Private;
    std::unique_ptr<Private> m_private;
};

} // namespace app
