// SPDX-License-Identifier: MIT
#pragma once

#include "ui/proxystatus.h"

#include <QCheckBox>

namespace ui
{

/// The big switch of the toolbar. A check box for keyboard and screen readers, drawn as a sliding switch: the
/// knob tells on from off by its place, a check mark or a warning sign in it tells how it fares.
class ProxySwitch : public QCheckBox
{
    Q_OBJECT

public:
    explicit ProxySwitch(QWidget *parent = nullptr);

    void showState(ProxyState state, const QString &title);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    [[nodiscard]] bool hitButton(const QPoint &position) const override { return rect().contains(position); }
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QRectF track() const;
    [[nodiscard]] QFont titleFont() const;
    void paintSign(QPainter &painter, const QRectF &knob, const QColor &color) const;

    ProxyState m_state = ProxyState::Off;
};

} // namespace ui
