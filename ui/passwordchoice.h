// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QRadioButton;

namespace ui
{

/// What becomes of a server's password where there is no credential store. There is no third choice: it is
/// written nowhere.
class PasswordChoice : public QWidget
{
    Q_OBJECT

public:
    explicit PasswordChoice(QWidget *parent);

    /// Whether it is kept until the program ends; otherwise none is used.
    [[nodiscard]] bool keeps() const;
    void setKeeps(bool keeps);

Q_SIGNALS:
    void changed();

private:
    QRadioButton *m_keep;
    QRadioButton *m_leave;
};

} // namespace ui
