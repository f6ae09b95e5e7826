// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTranslator>

#include <memory>
#include <vector>

class QLocale;

namespace ui
{

/// A language the interface is translated into.
struct LanguageName {
    QString code; ///< as in the file names of translations: "de", "pt_BR"
    QString name; ///< what its speakers call it
};

/// All of them, English first, then by name.
[[nodiscard]] const QList<LanguageName> &languages();
/// The code of the first of the wanted languages, as of QLocale::uiLanguages(), that there is a translation
/// for; English when there is none. Any Portuguese is served by the Brazilian one, but Traditional Chinese
/// not by Simplified.
[[nodiscard]] QString bestLanguage(const QStringList &wanted);

/// The language that everything shown is in, and the locale of its numbers and dates. What the user has
/// chosen is kept in QSettings. Create it after QApplication and before anything that has a text; there is
/// one in a program.
class Language : public QObject
{
    Q_OBJECT

public:
    explicit Language(QObject *parent = nullptr);
    ~Language() override;

    /// The code of the chosen language; empty: the system's.
    [[nodiscard]] const QString &choice() const { return m_choice; }
    /// The code of the language in use.
    [[nodiscard]] const QString &code() const { return m_code; }
    /// Keeps the choice, and makes it the language of all texts that are made from now on. What is shown
    /// already has to be made again: see changed().
    void choose(const QString &code);

Q_SIGNALS:
    void choiceChanged();
    /// Another language is in use.
    void changed();

private:
    void use(const QString &code);
    void install(const QString &file, const QStringList &directories);

    QString m_choice;
    QString m_code;
    std::vector<std::unique_ptr<QTranslator>> m_translators;
};

} // namespace ui
