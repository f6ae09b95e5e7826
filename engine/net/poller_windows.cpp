// SPDX-License-Identifier: MIT
#include "engine/net/event_loop.h"

#include <QCoreApplication>
#include <QEvent>
#include <QObject>

#include <unordered_map>
#include <utility>
#include <vector>

#include <winsock2.h>

namespace engine::net
{

namespace
{

constexpr long kWatched = FD_READ | FD_WRITE | FD_ACCEPT | FD_CONNECT | FD_CLOSE;
/// A number that a closed socket had soon belongs to another one, and its last messages may still be on their
/// way: successive sockets get successive message numbers of the range that Windows leaves to programs.
constexpr UINT kFirstMessage = WM_APP;
constexpr UINT kMessages = 0x4000;

ReadyFlags fromWinSock(WORD event, WORD error)
{
    ReadyFlags ready;
    ready.setFlag(Ready::Readable, event & (FD_READ | FD_ACCEPT | FD_CLOSE));
    ready.setFlag(Ready::Writable, event & (FD_WRITE | FD_CONNECT));
    ready.setFlag(Ready::PeerClosed, event & FD_CLOSE);
    ready.setFlag(Ready::Broken, error != 0);
    return ready;
}

/// Whether the peer has ended or reset the connection.
bool isOver(Descriptor descriptor)
{
    char byte = 0;
    const int received = ::recv(static_cast<SOCKET>(descriptor), &byte, 1, MSG_PEEK);
    const int error = received == SOCKET_ERROR ? ::WSAGetLastError() : 0;
    return received == 0 || error == WSAECONNRESET || error == WSAECONNABORTED;
}

/// Unregistered only when the process ends: a thread may come after the last one.
const wchar_t *windowClass(WNDPROC procedure)
{
    static constexpr const wchar_t *kName = L"HosierSocketEvents";
    static const ATOM registered = [procedure] {
        WNDCLASSEXW description{};
        description.cbSize = sizeof description;
        description.lpfnWndProc = procedure;
        description.hInstance = ::GetModuleHandleW(nullptr);
        description.lpszClassName = kName;
        return ::RegisterClassExW(&description);
    }();
    return registered != 0 ? kName : nullptr;
}

/// WinSock's own window messages, which are edges: FD_READ comes again after a receive that left something,
/// FD_WRITE after a send that did not fit, FD_CONNECT and FD_CLOSE once. A socket is registered once for its
/// life and costs nothing while idle. QSocketNotifier would register it anew around every event, and Qt's
/// dispatcher would go through all sockets each time.
class WindowsPoller final : public QObject, public Poller
{
public:
    WindowsPoller()
        : m_window(::CreateWindowExW(0, windowClass(&WindowsPoller::take), L"", 0, 0, 0, 0, 0, HWND_MESSAGE,
                                     nullptr, ::GetModuleHandleW(nullptr), nullptr))
    {
        if (m_window)
            ::SetWindowLongPtrW(m_window, GWLP_USERDATA, reinterpret_cast<LONG_PTR>(this));
    }

    ~WindowsPoller() override
    {
        if (m_window)
            ::DestroyWindow(m_window);
    }

    Q_DISABLE_COPY_MOVE(WindowsPoller)

    bool add(Descriptor descriptor, PollHandler &handler) override
    {
        const UINT message = kFirstMessage + m_added++ % kMessages;
        if (!m_window || ::WSAAsyncSelect(static_cast<SOCKET>(descriptor), m_window, message, kWatched) != 0)
            return false;
        Entry &entry = m_entries.insert_or_assign(descriptor, Entry{&handler, message, {}, {}}).first->second;
        // Windows says FD_CLOSE of a reset that came before; Wine has noticed it then and never tells.
        if (isOver(descriptor))
            note(descriptor, entry, Ready::Readable | Ready::PeerClosed);
        return true;
    }

    void setHandler(Descriptor descriptor, PollHandler &handler) override
    {
        Entry &entry = m_entries.at(descriptor);
        entry.handler = &handler;
        // A dialer does not read what the target says first, and WinSock will not say again that it is there.
        note(descriptor, entry, entry.reported);
    }

    void remove(Descriptor descriptor) override { m_entries.erase(descriptor); }

    void release(Descriptor descriptor) override
    {
        (void)::WSAAsyncSelect(static_cast<SOCKET>(descriptor), m_window, 0, 0);
        remove(descriptor);
    }

    void rearm(Descriptor descriptor, ReadyFlags what) override
    {
        const auto found = m_entries.find(descriptor);
        if (found != m_entries.end())
            found->second.reported &= ~what;
    }

    void continueLater(Descriptor descriptor, ReadyFlags what) override
    {
        const auto found = m_entries.find(descriptor);
        if (found != m_entries.end())
            note(descriptor, found->second, what);
    }

    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::User)
            return QObject::event(event);
        deliver();
        return true;
    }

private:
    struct Entry {
        PollHandler *handler = nullptr;
        UINT message = 0;
        ReadyFlags waiting;  ///< to be delivered
        ReadyFlags reported; ///< delivered and not armed again since
    };

    static LRESULT CALLBACK take(HWND window, UINT message, WPARAM socket, LPARAM what)
    {
        auto *poller = reinterpret_cast<WindowsPoller *>(::GetWindowLongPtrW(window, GWLP_USERDATA));
        if (!poller || message < kFirstMessage || message >= kFirstMessage + kMessages)
            return ::DefWindowProcW(window, message, socket, what);
        const auto descriptor = static_cast<Descriptor>(socket);
        const auto found = poller->m_entries.find(descriptor);
        if (found != poller->m_entries.end() && found->second.message == message)
            poller->note(descriptor, found->second,
                         fromWinSock(WSAGETSELECTEVENT(what), WSAGETSELECTERROR(what)));
        return 0;
    }

    /// Messages are only noted. Were they handled as they come, a busy relay would cause new ones without
    /// end, and Windows has no time for timers while there are messages.
    void note(Descriptor descriptor, Entry &entry, ReadyFlags ready)
    {
        if (!ready)
            return;
        if (!entry.waiting)
            m_next.emplace_back(descriptor, entry.message);
        entry.waiting |= ready;
        if (!std::exchange(m_isScheduled, true))
            QCoreApplication::postEvent(this, new QEvent(QEvent::User));
    }

    void deliver()
    {
        m_isScheduled = false;
        m_now.swap(m_next);
        for (const auto &[descriptor, message] : m_now) {
            const auto found = m_entries.find(descriptor);
            if (found == m_entries.end() || found->second.message != message)
                continue;
            const ReadyFlags ready = std::exchange(found->second.waiting, {});
            found->second.reported |= ready;
            found->second.handler->onReady(descriptor, ready);
        }
        m_now.clear();
    }

    HWND m_window;
    UINT m_added = 0;
    std::unordered_map<Descriptor, Entry> m_entries;
    std::vector<std::pair<Descriptor, UINT>> m_next;
    std::vector<std::pair<Descriptor, UINT>> m_now;
    bool m_isScheduled = false;
};

} // namespace

std::unique_ptr<Poller> makePortablePoller()
{
    return std::make_unique<WindowsPoller>();
}

} // namespace engine::net
