// SPDX-License-Identifier: MIT
#pragma once

#include "ui/windowbar.h"

namespace ui
{

/// A strip below the window's toolbar that tells of the last run's crash, until it is dismissed.
class CrashBar : public WindowBar
{
    Q_OBJECT

public:
    /// `notePath` is the note of that crash.
    explicit CrashBar(const QString &notePath, QWidget *parent = nullptr);

Q_SIGNALS:
    void dismissed();

private:
    void openFolder();
    void copyNote();

    QString m_notePath;
};

} // namespace ui
