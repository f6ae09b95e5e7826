// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QTabWidget>

#include <functional>

class QActionGroup;

namespace ui
{

class FilterEdit;

/// How the list of a page is narrowed, which the page keeps itself.
struct PageFilter {
    QString title; ///< "Filter rules"
    QString toolTip;
    std::function<QString()> text;
    std::function<void(const QString &)> set;
};

/// The window's pages, the commands that go to them, and one field that filters whichever is in sight.
class MainPages : public QTabWidget
{
    Q_OBJECT

public:
    explicit MainPages(QWidget *parent = nullptr);

    /// A tab, and a command that goes to it. The page has its object name, and leads the keyboard to its list
    /// by its focus proxy.
    void add(QWidget &page, const QString &title, const QString &symbol, const PageFilter &filter);
    /// One a page.
    [[nodiscard]] QActionGroup &commands() const { return *m_commands; }
    /// For whoever wants to show it.
    [[nodiscard]] FilterEdit &filterEdit() const { return *m_edit; }
    void focusFilter();
    void clearFilterOf(const QWidget &page);
    /// Of the page in sight, whose list has the keyboard then if something else on the page had it.
    void clearFilter();
    /// The page by its object name; the first when there is none of that name.
    void goTo(const QString &objectName);
    /// One a page, as they stand there.
    [[nodiscard]] QStringList filters() const;
    void setFilters(const QStringList &texts);

private:
    void showPage(int number);

    QActionGroup *m_commands;
    FilterEdit *m_edit; ///< the child of whoever shows it
    QList<PageFilter> m_filters;
};

} // namespace ui
