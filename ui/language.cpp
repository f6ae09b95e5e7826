// SPDX-License-Identifier: MIT
#include "ui/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>

#include <algorithm>

// Outside the namespace: the macro declares a function of the resource compiler.
static void initialiseTranslations()
{
    Q_INIT_RESOURCE(translations);
}

namespace ui
{

namespace
{

const QString kLanguageKey = QStringLiteral("interface/language");
const QString kSourceLanguage = QStringLiteral("en");

bool isKnown(const QString &code)
{
    return std::any_of(languages().begin(), languages().end(),
                       [&code](const LanguageName &language) { return language.code == code; });
}

/// The system's own where it speaks the language, with its country's formats; else the language's usual one.
QLocale localeFor(const QString &code)
{
    const QLocale system = QLocale::system();
    // "C" is what a system without a locale speaks: English.
    const bool isSpoken = code == kSourceLanguage
                              ? system.language() == QLocale::English || system.language() == QLocale::C
                              : bestLanguage({system.bcp47Name()}) == code;
    return isSpoken ? system : QLocale(code);
}

} // namespace

const QList<LanguageName> &languages()
{
    static const QList<LanguageName> all{
        {kSourceLanguage, QStringLiteral("English")},
        {QStringLiteral("de"), QStringLiteral("Deutsch")},
        {QStringLiteral("es"), QStringLiteral("Español")},
        {QStringLiteral("fr"), QStringLiteral("Français")},
        {QStringLiteral("pt_BR"), QStringLiteral("Português (Brasil)")},
        {QStringLiteral("ru"), QStringLiteral("Русский")},
        {QStringLiteral("zh_CN"), QStringLiteral("简体中文")},
        {QStringLiteral("ja"), QStringLiteral("日本語")},
    };
    return all;
}

QString bestLanguage(const QStringList &wanted)
{
    for (const QString &name : wanted) {
        const QLocale locale(name);
        if (locale.language() == QLocale::Chinese && locale.script() != QLocale::SimplifiedHanScript)
            continue;
        for (const LanguageName &language : languages()) {
            if (locale.language() == QLocale(language.code).language())
                return language.code;
        }
    }
    return kSourceLanguage;
}

Language::Language(QObject *parent)
    : QObject(parent)
{
    initialiseTranslations();
    m_choice = QSettings().value(kLanguageKey).toString();
    // Written by another version, or by hand.
    if (!isKnown(m_choice))
        m_choice.clear();
    use(m_choice);
}

Language::~Language() = default;

void Language::choose(const QString &code)
{
    m_choice = isKnown(code) ? code : QString();
    QSettings().setValue(kLanguageKey, m_choice);
    Q_EMIT choiceChanged();
    const QString before = m_code;
    use(m_choice);
    if (m_code != before)
        Q_EMIT changed();
}

void Language::use(const QString &code)
{
    const QString next = code.isEmpty() ? bestLanguage(QLocale::system().uiLanguages()) : code;
    if (next == m_code)
        return;
    m_code = next;
    m_translators.clear(); // which takes them out of use
    QLocale::setDefault(localeFor(m_code));
    install(QStringLiteral("qtbase_") + m_code,
            {QCoreApplication::applicationDirPath() + QStringLiteral("/translations"),
             QLibraryInfo::path(QLibraryInfo::TranslationsPath)});
    install(QStringLiteral("hosier_") + m_code, {QStringLiteral(":/translations")});
}

/// The one installed last is asked first.
void Language::install(const QString &file, const QStringList &directories)
{
    auto translator = std::make_unique<QTranslator>();
    // Qt has nothing to translate into English, and may be here without its translations.
    if (std::none_of(directories.begin(), directories.end(),
                     [&](const QString &directory) { return translator->load(file, directory); }))
        return;
    QCoreApplication::installTranslator(translator.get());
    m_translators.push_back(std::move(translator));
}

} // namespace ui
