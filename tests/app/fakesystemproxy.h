// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxykeeper.h"

#include <mutex>

#include <QFile>

/// A desktop's settings in memory, which outlive whoever changes them. Any thread.
struct FakeDesktop {
    app::ProxyFields fields{{QStringLiteral("mode"), {QStringLiteral("none")}},
                            {QStringLiteral("http"), {QStringLiteral("old"), QStringLiteral("1")}},
                            {QStringLiteral("socks"), {}},
                            {QStringLiteral("except"), {QStringLiteral("intranet")}}};
    QString journalPath;
    bool isJournalAlwaysFirst = true; ///< at each write so far
    bool canRead = true;
    int writesUntilFailure = -1; ///< fields; negative: never
    bool diesInsteadOfFailing = false;
    ui::SystemProxyReach reach = ui::SystemProxyReach::AllPrograms;
    bool forgets = false;          ///< takes what is written and does not keep it
    bool tidiesExceptions = false; ///< keeps them in a form of its own
    int writes = 0;                ///< fields
    std::mutex mutex;

    app::ProxyFields get()
    {
        const std::scoped_lock lock(mutex);
        return fields;
    }
    /// What becomes of values that are written; what is kept already stays as it is.
    [[nodiscard]] QStringList kept(const QString &field, QStringList values) const
    {
        if (tidiesExceptions && field == QStringLiteral("except"))
            values.replaceInStrings(QStringLiteral("localhost"), QStringLiteral("<local>"));
        return values;
    }
    void set(const QString &field, const QStringList &values)
    {
        const std::scoped_lock lock(mutex);
        fields[field] = values;
    }
};

/// What kill -9 does to a process in the middle of its work.
struct Death {
};

class FakeBackend : public app::SystemProxyBackend
{
public:
    explicit FakeBackend(FakeDesktop &desktop)
        : m_desktop(desktop)
    {
    }

    [[nodiscard]] QString name() const override { return QStringLiteral("fake"); }

    [[nodiscard]] engine::Expected<app::ProxyFields, engine::Message> read() const override
    {
        const std::scoped_lock lock(m_desktop.mutex);
        if (!m_desktop.canRead)
            return engine::Unexpected{engine::Message::verbatim(QStringLiteral("cannot read"))};
        return m_desktop.fields;
    }

    [[nodiscard]] std::optional<app::ProxyFields> fieldsFor(const app::SystemProxyWish &wish) const override
    {
        if (!wish.http)
            return std::nullopt;
        return app::ProxyFields{{QStringLiteral("mode"), {QStringLiteral("manual")}},
                                {QStringLiteral("http"), {wish.host, QString::number(wish.port)}},
                                {QStringLiteral("socks"), {wish.host, QString::number(wish.port)}},
                                {QStringLiteral("except"), wish.bypass}};
    }

    [[nodiscard]] app::ProxyFields switchedOff(app::ProxyFields fields) const override
    {
        fields[QStringLiteral("mode")] = QStringList{QStringLiteral("none")};
        return fields;
    }

    [[nodiscard]] std::optional<engine::Message> write(const app::ProxyFields &fields) const override
    {
        const std::scoped_lock lock(m_desktop.mutex);
        for (auto field = fields.begin(); field != fields.end(); ++field) {
            if (m_desktop.writesUntilFailure == 0 && m_desktop.diesInsteadOfFailing)
                throw Death{};
            if (m_desktop.writesUntilFailure == 0)
                return engine::Message::verbatim(QStringLiteral("cannot write"));
            --m_desktop.writesUntilFailure;
            ++m_desktop.writes;
            m_desktop.isJournalAlwaysFirst =
                m_desktop.isJournalAlwaysFirst && QFile::exists(m_desktop.journalPath);
            if (!m_desktop.forgets)
                m_desktop.fields[field.key()] = m_desktop.kept(field.key(), field.value());
        }
        return std::nullopt;
    }

    [[nodiscard]] app::ProxyFieldKind kindOf(const QString &field) const override
    {
        if (field == QStringLiteral("mode"))
            return app::ProxyFieldKind::Switch;
        return field == QStringLiteral("except") ? app::ProxyFieldKind::Other : app::ProxyFieldKind::Address;
    }

    [[nodiscard]] ui::SystemProxyReach reach() const override { return m_desktop.reach; }

private:
    FakeDesktop &m_desktop;
};

/// Those that share a lock's directory are copies that change the same settings.
inline std::unique_ptr<app::SystemProxyKeeper> makeKeeper(const QString &directory, FakeDesktop &desktop,
                                                          const QString &lockDirectory)
{
    desktop.journalPath = app::SystemProxyJournal(directory).path();
    return std::make_unique<app::SystemProxyKeeper>(
        directory, app::FoundBackend{std::make_unique<FakeBackend>(desktop), {}, {}},
        [&desktop](const QString &name) -> std::unique_ptr<app::SystemProxyBackend> {
            return name == QStringLiteral("fake") ? std::make_unique<FakeBackend>(desktop) : nullptr;
        },
        lockDirectory + QStringLiteral("/test.lock"));
}

inline std::unique_ptr<app::SystemProxyKeeper> makeKeeper(const QString &directory, FakeDesktop &desktop)
{
    return makeKeeper(directory, desktop, directory);
}

inline app::SystemProxyWish someWish(std::uint16_t port = 1'080)
{
    return {QStringLiteral("127.0.0.1"), port, true, true, true, {QStringLiteral("localhost")}};
}
