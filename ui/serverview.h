// SPDX-License-Identifier: MIT
#pragma once

#include "ui/livetable.h"

#include <QTreeView>

namespace ui
{

class LiveHeader;

/// Draws a sign of the state before the text of the health column, and tones what does not work.
class ServerDelegate : public LiveDelegate
{
    Q_OBJECT

public:
    using LiveDelegate::LiveDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
    [[nodiscard]] QPixmap makeSign(int key, const QPalette &palette, int size, double ratio) const override;
};

/// The tree of servers and routes: both sections always open, rows to be dragged onto routes, sorted by a
/// column or as in the profile. The current row stays in sight when the view gets smaller.
class ServerView : public QTreeView
{
    Q_OBJECT

public:
    explicit ServerView(QWidget *parent = nullptr);

    /// After the model is set.
    void openSections();
    void restoreColumns(const QByteArray &state);
    /// Of the selected rows, as they are shown: servers before routes.
    [[nodiscard]] QStringList selectedIds() const;
    void selectIds(const QStringList &ids);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void offerSorting();

    LiveHeader *m_headings;
};

} // namespace ui
