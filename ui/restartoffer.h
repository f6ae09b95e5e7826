// SPDX-License-Identifier: MIT
#pragma once

#include <QMessageBox>

namespace ui
{

/// Tells that the program has crashed, and offers to start it again.
class RestartOffer : public QMessageBox
{
    Q_OBJECT

public:
    /// `notePath` is the note of the crash; empty: there is none.
    explicit RestartOffer(const QString &notePath, QWidget *parent = nullptr);

    /// When it has finished: whether to start the program again.
    [[nodiscard]] bool isAccepted() const;

private:
    QPushButton *m_restart;
};

} // namespace ui
