// SPDX-License-Identifier: MIT
#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

#include <array>

namespace ui
{

class ApplicationIcons;
class LiveHeader;

/// A table of live rows: one height for all, whole rows selected, columns as wide as they were made. Nothing
/// in it measures the contents of rows, however many there are.
class LiveTable : public QTableView
{
    Q_OBJECT

public:
    explicit LiveTable(QWidget *parent = nullptr);

    /// Column widths, in characters of the current font.
    void setColumnWidths(std::initializer_list<int> characters);
    /// What a cell needs that has a sign before its text.
    [[nodiscard]] int signedCellWidth(const QString &text) const;
    [[nodiscard]] LiveHeader &headings() const { return *m_headings; }
    [[nodiscard]] QList<int> selectedRows() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void fitRowHeight();

    LiveHeader *m_headings;
};

/// Draws one column with a sign, and rows in tones of the palette.
class LiveDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    /// The sign number `key` at the option's font size, from the cache or from makeSign().
    [[nodiscard]] QIcon sign(const QStyleOptionViewItem &option, int key) const;
    [[nodiscard]] virtual QPixmap makeSign(int key, const QPalette &palette, int size,
                                           double ratio) const = 0;

private:
    static constexpr std::size_t kSigns = 8;
    mutable std::array<QIcon, kSigns> m_signs;
    mutable qint64 m_paletteKey = 0;
    mutable int m_size = 0;
    mutable double m_ratio = 0;
};

class ConnectionDelegate : public LiveDelegate
{
    Q_OBJECT

public:
    ConnectionDelegate(ApplicationIcons &icons, QObject *parent);

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
    [[nodiscard]] QPixmap makeSign(int key, const QPalette &palette, int size, double ratio) const override;

private:
    ApplicationIcons &m_icons;
};

class LogDelegate : public LiveDelegate
{
    Q_OBJECT

public:
    using LiveDelegate::LiveDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
    [[nodiscard]] QPixmap makeSign(int key, const QPalette &palette, int size, double ratio) const override;
};

} // namespace ui
