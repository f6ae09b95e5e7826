// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

namespace ui
{

class EntriesEdit;
class SystemProxyControl;

/// Which hosts programs reach without the proxy, while the system's settings point at it.
class SystemProxyDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SystemProxyDialog(SystemProxyControl &control, QWidget *parent = nullptr);

protected:
    bool event(QEvent *event) override;

private:
    void store();

    SystemProxyControl &m_control;
    EntriesEdit *m_entries;
};

} // namespace ui
