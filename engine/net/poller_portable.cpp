// SPDX-License-Identifier: MIT
#include "engine/net/event_loop.h"

#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <unordered_map>
#include <vector>

namespace engine::net
{

namespace
{

/// Deletes what may be on the call stack right now.
struct DeleteLater {
    void operator()(QSocketNotifier *notifier) const
    {
        notifier->setEnabled(false);
        notifier->deleteLater();
    }
};
using Notifier = std::unique_ptr<QSocketNotifier, DeleteLater>;

/// Two notifiers a descriptor, each switched off by its event until rearm(): level-triggered notifiers behave
/// like edges, and an idle connection costs no events.
class PortablePoller final : public QObject, public Poller
{
public:
    bool add(Descriptor descriptor, PollHandler &handler) override
    {
        Entry entry;
        entry.handler = &handler;
        entry.read = makeNotifier(descriptor, QSocketNotifier::Read, Ready::Readable);
        entry.write = makeNotifier(descriptor, QSocketNotifier::Write, Ready::Writable);
        m_entries.insert_or_assign(descriptor, std::move(entry));
        return true;
    }

    void setHandler(Descriptor descriptor, PollHandler &handler) override
    {
        m_entries.at(descriptor).handler = &handler;
    }

    void remove(Descriptor descriptor) override { m_entries.erase(descriptor); }

    void release(Descriptor descriptor) override { remove(descriptor); }

    void rearm(Descriptor descriptor, ReadyFlags what) override
    {
        const auto found = m_entries.find(descriptor);
        if (found == m_entries.end())
            return;
        if (what & Ready::Readable)
            found->second.read->setEnabled(true);
        if (what & Ready::Writable)
            found->second.write->setEnabled(true);
    }

    void continueLater(Descriptor descriptor, ReadyFlags what) override { rearm(descriptor, what); }

private:
    struct Entry {
        PollHandler *handler = nullptr;
        Notifier read;
        Notifier write;
    };

    Notifier makeNotifier(Descriptor descriptor, QSocketNotifier::Type type, Ready ready)
    {
        Notifier notifier(new QSocketNotifier(descriptor, type));
        QSocketNotifier *raw = notifier.get();
        connect(raw, &QSocketNotifier::activated, this, [this, raw, descriptor, ready] {
            raw->setEnabled(false);
            // A queued activation may arrive after the descriptor number went to another connection.
            const auto found = m_entries.find(descriptor);
            if (found == m_entries.end() ||
                (found->second.read.get() != raw && found->second.write.get() != raw))
                return;
            found->second.handler->onReady(descriptor, ready);
        });
        return notifier;
    }

    std::unordered_map<Descriptor, Entry> m_entries;
};

} // namespace

std::unique_ptr<Poller> makePortablePoller()
{
    return std::make_unique<PortablePoller>();
}

} // namespace engine::net
