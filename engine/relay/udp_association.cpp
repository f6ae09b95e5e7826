// SPDX-License-Identifier: MIT
#include "engine/relay/udp_association.h"

#include "engine/proto/socks5.h"

#include <algorithm>
#include <array>
#include <utility>

namespace engine
{

namespace
{

constexpr std::size_t kControlReadSize = 4096;
/// Reads of what the client has no business to send on its control connection, in one turn.
constexpr int kControlReadsPerTurn = 16;

// What one call sends.
static_assert(kMaximumUnresolvedDatagrams <= net::kDatagramsPerBatch);
static_assert(socks5::kMaximumAddressHeaderSize <= net::kDatagramHeadroom);

} // namespace

UdpAssociation::UdpAssociation(UdpServices &services, Registry::Record &record, UdpAssociationRequest request)
    : LiveConnection(record)
    , m_services(services)
    , m_control(std::move(request.client.socket))
    , m_relay(std::move(request.relay))
    , m_client{record.info.client.address, request.declaredPort}
    , m_peers(request.filtering)
    , m_sender(services, record,
               [this](const auto &sender, const auto &datagrams) { senderFound(sender, datagrams); })
    , m_names(services, [this](const auto &address, const auto &datagrams) { nameFound(address, datagrams); })
    , m_decisions(services, record)
    , m_controlReady(request.client.ready)
    , m_controlEnded(request.client.ended)
{
    m_services.relays.poller.setHandler(m_control.descriptor(), *this);
}

UdpAssociation::~UdpAssociation()
{
    m_services.relays.deadlines.cancel(*this);
}

void UdpAssociation::start()
{
    if (m_controlEnded) {
        end({ErrorCode::ClientGone, {}}, false);
        return;
    }
    if (!m_services.relays.poller.add(m_relay.descriptor(), *this)) {
        end({ErrorCode::OutOfMemory, {}}, true);
        return;
    }
    const auto reply =
        socks5::makeReply(static_cast<std::uint8_t>(socks5::Reply::Succeeded), m_relay.localEndpoint());
    const net::IoResult sent = m_control.send(reply);
    if (sent.bytes != static_cast<std::size_t>(reply.size())) {
        end({ErrorCode::ClientGone, {}}, true);
        return;
    }
    m_activity.begin(m_services.relays.deadlines.now());
    m_services.relays.registry.setState(m_record, ConnectionState::Open);
    scheduleDeadline();
    readControl();
}

void UdpAssociation::close(const Error &reason)
{
    end(reason, true);
}

/// What comes back follows the rules as what goes out does: of the peers, only those stay that the client may
/// still send to directly, and of the routes, those that a datagram would still take. A socket that none of
/// the peers is left for is closed, for there are listeners where anybody may answer.
void UdpAssociation::forgetDecisions()
{
    m_peers.clear();
    auto routes = std::exchange(m_routes, {});
    std::array<bool, 2> isUsed{};
    m_decisions.renew([this, &routes, &isUsed](const Destination &destination,
                                               const std::optional<Address> &resolved, const Ruling &known) {
        const bool isByName = isForFarEnd(known) && m_names.isUnknown(destination.name);
        const Ruling ruling =
            known.needsAddress && !resolved && !isByName
                ? m_services.decide(m_record, destination, m_names.findLast(destination.name))
                : known;
        // Not yet decided: who sends is being found out, and this will be called again.
        if (ruling.rules == 0) {
            isUsed.fill(true);
            return;
        }
        if (ruling.action.kind == Action::Kind::Direct) {
            const std::optional<Address> address = notePeer(destination, resolved, ruling.counter);
            for (std::size_t family = 0; family < isUsed.size(); ++family)
                isUsed[family] = isUsed[family] || !address || familyIndex(*address) == family;
        } else if (const auto route = routes.find(ruling.action.proxy); route != routes.end()) {
            m_routes.insert(routes.extract(route));
        }
    });
    for (std::size_t family = 0; family < isUsed.size(); ++family) {
        if (!isUsed[family])
            closeSocket(m_sockets[family]);
    }
}

/// Says which address it is, when that is known: of a name, where the client has sent to, however long ago.
std::optional<Address> UdpAssociation::notePeer(const Destination &destination,
                                                const std::optional<Address> &resolved,
                                                const RuleCounterPointer &rule)
{
    const std::optional<Address> address = resolved               ? resolved
                                           : destination.isName() ? m_names.findLast(destination.name)
                                                                  : destination.address;
    if (address)
        m_peers.note({*address, destination.port}, rule);
    return address;
}

void UdpAssociation::closeSocket(net::Socket &socket)
{
    if (!socket.isOpen())
        return;
    m_services.relays.poller.remove(socket.descriptor());
    socket.close();
}

void UdpAssociation::onReady(net::Descriptor descriptor, net::ReadyFlags ready)
{
    if (descriptor == m_control.descriptor()) {
        m_controlReady |= ready;
        readControl();
        return;
    }
    if (!(ready & (net::Ready::Readable | net::Ready::Broken)))
        return;
    if (descriptor == m_relay.descriptor()) {
        drain(m_relay, &UdpAssociation::takeClientBatch);
        return;
    }
    for (const net::Socket &socket : m_sockets) {
        if (socket.descriptor() == descriptor)
            drain(socket, &UdpAssociation::takeTargetBatch);
    }
}

/// "A UDP association terminates when the TCP connection that the UDP ASSOCIATE request arrived on
/// terminates."
void UdpAssociation::readControl()
{
    net::Poller &poller = m_services.relays.poller;
    for (int reads = 0; m_controlReady.testFlag(net::Ready::Readable); ++reads) {
        if (reads == kControlReadsPerTurn) {
            poller.continueLater(m_control.descriptor(), net::Ready::Readable);
            return;
        }
        std::array<std::uint8_t, kControlReadSize> ignored;
        const net::IoResult result = m_control.receive(ignored);
        switch (result.status) {
        case net::IoStatus::Done:
            break;
        case net::IoStatus::WouldBlock:
            m_controlReady.setFlag(net::Ready::Readable, false);
            poller.rearm(m_control.descriptor(), net::Ready::Readable);
            break;
        case net::IoStatus::End:
            end({}, false);
            return;
        case net::IoStatus::Failed:
            end({errorCodeFromOs(result.osError),
                 Message(QT_TRANSLATE_NOOP("engine::Message", "by the client"))},
                true);
            return;
        }
    }
}

void UdpAssociation::drain(const net::Socket &socket, void (UdpAssociation::*take)())
{
    for (int batches = 0; batches < kUdpBatchesPerTurn; ++batches) {
        const bool mayHaveMore = m_services.batch.receiveFrom(socket);
        (this->*take)();
        if (!mayHaveMore) {
            m_services.relays.poller.rearm(socket.descriptor(), net::Ready::Readable);
            return;
        }
    }
    m_services.relays.poller.continueLater(socket.descriptor(), net::Ready::Readable);
}

void UdpAssociation::takeClientBatch()
{
    for (const net::ReceivedDatagram &datagram : m_services.batch.received())
        takeFromClient(datagram);
    sendUp();
}

void UdpAssociation::takeFromClient(const net::ReceivedDatagram &datagram)
{
    const auto header = socks5::parseUdpHeader(datagram.bytes);
    if (!isFromClient(datagram.peer) || header.needsMore() || header.isBad()) {
        drop();
        return;
    }
    m_client.port = datagram.peer.port;
    m_activity.note();
    if (!m_sender.isWaitedFor(m_client, m_relay))
        passOn(header.value, Bytes(datagram.bytes).subspan(header.size));
    else if (!m_sender.wait(datagram.bytes))
        drop();
}

/// What was decided so far was decided about who opened the association. A sender that is not found is
/// nobody, whoever that was.
void UdpAssociation::senderFound(const std::optional<Application> &sender,
                                 const std::vector<QByteArray> &datagrams)
{
    const Application *known = m_record.info.identity.get();
    const bool isAnother = sender ? !known || *known != *sender : known != nullptr;
    if (isAnother || !m_record.isIdentified) {
        m_services.relays.registry.setApplication(m_record, sender);
        forgetDecisions();
    }
    for (const QByteArray &datagram : datagrams) {
        const Bytes bytes = bytesOf(datagram);
        const auto header = socks5::parseUdpHeader(bytes);
        passOn(header.value, bytes.subspan(header.size));
    }
    sendUp();
}

/// One that is known to be the client's.
void UdpAssociation::passOn(const socks5::UdpHeader &header, Bytes payload)
{
    if (header.fragment == 0) {
        forward(header.destination, payload);
        return;
    }
    const auto whole = m_reassembly.add(header, payload, m_services.relays.deadlines.now());
    if (!whole)
        return;
    forward(whole->destination, bytesOf(whole->payload));
    sendUp(); // while its bytes are there
}

bool UdpAssociation::isFromClient(const Endpoint &source) const
{
    return source.address == m_client.address && (m_client.port == 0 || source.port == m_client.port);
}

/// The header goes in front of each datagram where it lies.
void UdpAssociation::takeTargetBatch()
{
    std::array<net::OutgoingDatagram, net::kDatagramsPerBatch> datagrams;
    std::size_t count = 0;
    std::size_t headers = 0;
    const RuleCounterPointer *rule = nullptr;
    for (const net::ReceivedDatagram &datagram : m_services.batch.received()) {
        const RuleCounterPointer *own = m_client.port == 0 ? nullptr : m_peers.find(datagram.peer);
        if (!own) {
            drop();
            continue;
        }
        if (rule && *own != *rule) {
            sendDown(std::span(datagrams).first(count), headers, *rule);
            count = 0;
        }
        rule = own;
        headers = socks5::udpHeaderSize(datagram.peer.address);
        std::uint8_t *start = datagram.bytes.data() - headers;
        socks5::writeUdpHeader(std::span<std::uint8_t, socks5::kMaximumAddressHeaderSize>(
                                   start, socks5::kMaximumAddressHeaderSize),
                               datagram.peer);
        datagrams[count++] = {m_client, {start, headers + datagram.bytes.size()}};
    }
    if (rule)
        sendDown(std::span(datagrams).first(count), headers, *rule);
}

/// `headers` is the size of each one's header: a socket receives from one family only. Without a rule the
/// datagrams are a stranger's, and count for the rule that decided last.
void UdpAssociation::sendDown(std::span<const net::OutgoingDatagram> datagrams, std::size_t headers,
                              const RuleCounterPointer &rule)
{
    if (datagrams.empty())
        return;
    m_activity.note();
    const net::SentDatagrams sent = net::sendDatagrams(m_relay, datagrams);
    m_services.relays.registry.countBytesFor(m_record, rule ? rule : m_ruling);
    m_services.relays.registry.addBytes(m_record, 0, sent.bytes - sent.count * headers);
    drop(datagrams.size() - sent.count);
}

const net::Socket *UdpAssociation::socketFor(const Address &target)
{
    net::Socket &socket = m_sockets[familyIndex(target)];
    if (socket.isOpen())
        return &socket;
    const Address any =
        target.isV6() ? Address::fromV6Bytes(std::array<std::uint8_t, 16>{}) : Address::fromV4(0);
    Expected<net::Socket, Error> opened = net::openDatagramSocket({any, 0});
    if (!opened || !m_services.relays.poller.add(opened->descriptor(), *this))
        return nullptr;
    socket = std::move(*opened);
    return &socket;
}

/// A datagram's destination and what was decided about it.
void UdpAssociation::show(const Destination &destination, const Ruling &ruling,
                          const std::optional<Address> &resolved)
{
    // What waits to be sent belongs to the rule of those before.
    if (ruling.counter != m_ruling)
        sendUp();
    m_shown = destination;
    m_ruling = ruling.counter;
    m_record.info.targetHost = destination.host();
    m_record.info.targetPort = destination.port;
    m_record.info.isUnresolved = ruling.needsAddress && !resolved;
    m_services.relays.registry.setRuling(m_record, ruling, resolved.value_or(Address()));
}

void UdpAssociation::drop(std::size_t datagrams)
{
    m_services.relays.registry.countDropped(m_record, datagrams);
}

void UdpAssociation::scheduleDeadline()
{
    m_services.relays.deadlines.schedule(
        *this, net::Activity::checkInterval(m_services.relays.limits->udpIdleTimeout));
}

void UdpAssociation::onDeadline()
{
    const net::TimePoint now = m_services.relays.deadlines.now();
    m_reassembly.expire(now);
    if (m_activity.isIdle(now, m_services.relays.limits->udpIdleTimeout))
        end({ErrorCode::IdleTimedOut, {}}, true);
    else
        scheduleDeadline();
}

void UdpAssociation::end(const Error &error, bool reset)
{
    if (!m_control.isOpen())
        return;
    m_services.relays.deadlines.cancel(*this);
    m_sender.stop();
    m_names.stop();
    m_routes.clear();
    for (net::Socket *socket : {&m_control, &m_relay, &m_sockets[0], &m_sockets[1]}) {
        if (socket->isOpen())
            m_services.relays.poller.remove(socket->descriptor());
    }
    if (reset)
        m_control.reset();
    else
        m_control.close();
    m_relay.close();
    for (net::Socket &socket : m_sockets)
        socket.close();
    m_services.relays.host.connectionEnded(*this, m_record, error);
}

} // namespace engine
