internal import Basics
internal import Calling
internal import ControlAPI
internal import Journal
internal import Mesh
internal import Paths
internal import Transport
internal import Trust

/// What front ends are shown.
extension Device {
    // MARK: Contacts and invites

    func json(of contact: Contact) -> JSONValue {
        [
            "peer": .text(contact.peer), "name": .string(contact.name),
            "level": .string(level(of: contact.peer).name), "blocked": .bool(contact.isBlocked),
            "online": .bool(hasSession(with: contact.peer)), "devices": JSONValue(contact.devices.count),
            "added": .string(contact.added.description),
        ]
    }

    func json(of invite: InviteBook.Invite) -> JSONValue {
        let state =
            switch invite.state {
            case .open: "open"
            case .bound: "bound"
            case .used: "used"
            }
        return [
            "invite": .string(InviteText.id(invite.id)), "expires": .string(invite.expiry.description),
            "state": .string(state),
        ]
    }

    /// What we call somebody; for one who is no contact, the beginning of the id.
    func name(of peer: PeerID) -> String { contacts[peer]?.name ?? String(peer.description.prefix(14)) }

    // MARK: Calls

    /// Where a call is.
    func json(of call: Call, _ moment: AuditLog.Moment) -> JSONValue {
        func wall(_ instant: Instant) -> JSONValue { .text(moment.wall + (instant - moment.now)) }
        // Before the other side has answered, it is what we offer.
        let theirs = call.first.map { call.kinds(with: $0) } ?? []
        let kinds = theirs.isEmpty ? call.media.kinds : theirs
        return JSONValue(members: [
            "call": .text(call.id), "peer": call.first.map { .text($0) },
            "name": call.first.map { .string(name(of: $0)) },
            "direction": .string(call.direction.name), "state": .string(call.stateName),
            "media": .array(kinds.sorted().map { .string($0.name) }),
            "muted": .array(call.muted.sorted().map { .string($0.name) }), "began": wall(call.began),
            "connected": call.connected.map(wall), "media_started": media[call.id]?.started.map(wall),
            "level": call.first.map { .string(level(of: $0).name) },
        ])
    }

    /// What is measured of a call: live while it goes on, and told once more at its end.
    func figures(of call: Call, at now: Instant) -> [(String, JSONValue)] {
        let media = media[call.id]
        return Self.figures(
            call, duration: call.connected.map { now - $0 } ?? .zero, counts: counts(of: call),
            report: media?.report ?? MediaReport(), sent: media?.sent ?? SentCounts())
    }

    static func figures(
        _ call: Call, duration: Duration, counts: NetworkCounts, report: MediaReport, sent: SentCounts
    ) -> [(String, JSONValue)] {
        let path = counts.pathKind.map { kind in
            JSONValue(members: ["kind": .string(kind), "rtt_ms": counts.roundTrip.map { .milliseconds($0) }])
        }
        let all: [(String, JSONValue?)] = [
            ("call", .text(call.id)), ("peer", call.first.map { .text($0) }),
            ("duration_s", JSONValue((duration.inSeconds * 1000).rounded() / 1000)),
            ("setup_ms", call.connected.map { .milliseconds($0 - call.began) }), ("path", path),
            ("audio", audio(counts, report, sent)), ("video", video(report.video, sent)),
            ("bytes", ["sent": JSONValue(counts.bytesSent), "received": JSONValue(counts.bytesReceived)]),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    private static func audio(_ counts: NetworkCounts, _ report: MediaReport, _ sent: SentCounts) -> JSONValue {
        JSONValue(members: [
            "sent": JSONValue(sent.audioPackets), "received": JSONValue(counts.received),
            "lost": JSONValue(counts.lost), "recovered": JSONValue(report.framesRecovered),
            "late": JSONValue(report.framesLate), "concealed_ms": .milliseconds(report.concealed), "redundancy": 0,
            "payload_bytes": JSONValue(report.payloadByteCount), "delay_ms": .milliseconds(report.delay),
            "level_db": report.level.map { JSONValue(($0 * 10).rounded() / 10) },
        ])
    }

    private static func video(_ report: VideoReport, _ sent: SentCounts) -> JSONValue {
        JSONValue(members: [
            "sent": JSONValue(report.framesSent), "received": JSONValue(report.framesReceived),
            "shown": JSONValue(report.framesShown), "dropped": JSONValue(report.framesDropped),
            "freezes": JSONValue(report.freezes), "freeze_ms": .milliseconds(report.freezeTime),
            "width": JSONValue(report.width), "height": JSONValue(report.height),
            "sent_width": JSONValue(report.sentWidth), "sent_height": JSONValue(report.sentHeight),
            "key_frames": JSONValue(report.keyFramesSent), "key_frame_requests": JSONValue(report.keyFrameRequests),
            "late": JSONValue(report.framesLate), "payload_bytes": JSONValue(report.payloadByteCount),
            "unwritten": JSONValue(report.unwritten),
            "delay_ms": report.delay.map { .milliseconds($0) }, "lag_ms": report.lag.map { .milliseconds($0) },
            "packets": [
                "sent": JSONValue(sent.videoPackets), "resent": JSONValue(sent.videoRepairs),
                "received": JSONValue(report.packetsReceived), "lost": JSONValue(report.packetsLost),
                "repaired": JSONValue(report.packetsRepaired), "given_up": JSONValue(report.packetsGivenUp),
            ],
        ])
    }

    /// The call's books are closed: told, kept for `call.get`, and stored.
    mutating func closeBooks(_ ending: CallEnding, _ context: inout Context) {
        let call = ending.summary.call
        let figures = Self.figures(
            call, duration: ending.summary.duration, counts: ending.counts, report: ending.report, sent: ending.sent)
        if series.isFull { _ = series.popFirst() }
        series.append(EndedSeries(call: call.id.description, figures: figures, series: ending.series))
        let closing = JSONValue.object(
            JSONObject(
                figures + [("outcome", .string(ending.summary.cause.name))] + cause(of: ending.summary, context)))
        remember(call, closing, context.moment)
        waitingForChanges.append(.callEnded(closing))
        let failure = failure(of: ending.summary, context)
        for request in [waiting.answers.removeValue(forKey: call.id), waiting.starts.removeValue(forKey: call.id)] {
            guard let request else { continue }
            context.answers.append((request, .failure(failure)))
        }
    }

    /// Why a call that somebody started or answered ended before it could go on.
    private func failure(of summary: CallSummary, _ context: borrowing Context) -> ControlError {
        guard summary.cause == .journalFailed else {
            return complaint(about: summary, context).map { .unreachable(because: $0) }
                ?? ControlError(.callEnded, summary.cause.name)
        }
        switch journal.health {
        case .working, .full: return .journal(.full)
        case .broken(let reason): return .journal(.broken(reason))
        }
    }

    /// What was wrong with our servers when a call ended for want of a path.
    private func complaint(about summary: CallSummary, _ context: borrowing Context) -> String? {
        switch summary.cause {
        case .unreachable, .peerVanished: complaint(aboutPathTo: summary.call.first, context)
        default: nil
        }
    }

    private func cause(of summary: CallSummary, _ context: borrowing Context) -> [(String, JSONValue)] {
        complaint(about: summary, context).map { [("cause", .string("servers of no use: \($0)"))] } ?? []
    }

    private mutating func remember(_ call: Call, _ closing: JSONValue, _ moment: AuditLog.Moment) {
        if history.isFull, let oldest = history.popFirst() {
            changes.append(.delete(namespace: Table.calls, key: Table.key(oldest.number)))
        }
        var state = json(of: call, moment).object ?? JSONObject()
        state["closing"] = closing
        let row = EndedCall(number: nextHistoryNumber, call: call.id.description, json: .object(state))
        nextHistoryNumber += 1
        history.append(row)
        changes.append(.put(namespace: Table.calls, key: Table.key(row.number), value: row.json.encoded()))
    }

    // MARK: Paths

    func paths(to peer: PeerID, _ moment: AuditLog.Moment) -> JSONValue {
        let rows = links.values.filter { $0.peer == peer && $0.session != nil }.flatMap { link in
            link.paths.all.map { info -> (isActive: Bool, json: JSONValue) in
                let isActive = link.paths.active == info.id
                return (
                    isActive,
                    JSONValue(members: [
                        "kind": .string(info.kind.rawValue),
                        "state": .string(isActive ? "active" : info.state == .up ? "standby" : "validating"),
                        "rtt_ms": info.roundTrip.map { .milliseconds($0) },
                        "since": .text(moment.wall + (info.since - moment.now)), "local": .string(localText(of: info)),
                        "remote": .string(info.pair?.remoteAddress.description ?? info.ends.text),
                    ])
                )
            }
        }
        return [
            "peer": .text(peer),
            "paths": .array(rows.filter(\.isActive).map(\.json) + rows.filter { !$0.isActive }.map(\.json)),
        ]
    }

    private func localText(of info: PathInfo) -> String {
        if let pair = info.pair { return pair.localAddress.description }
        guard case .addresses(let local, _) = info.ends else { return "" }
        if settings.icePolicy == .relay { return settings.ownAddresses.first?.description ?? "" }
        return SocketAddress(local.ip, port: settings.port).description
    }

    // MARK: All of it

    /// What `daemon.status` says of us.
    func status(_ context: borrowing Context) -> [(String, JSONValue)] {
        [
            ("peer", .text(identity.peer)), ("name", .string(shownName)),
            ("calls", JSONValue(switchboard.calls.count)),
            ("sessions", JSONValue(links.values.count { $0.session != nil })),
            ("journal", journalStatus()), ("drops", drops(context)),
        ]
    }

    private func drops(_ context: borrowing Context) -> JSONValue {
        var counted: [(String, JSONValue)] = []
        for reason in DropReason.allCases { counted.append((reason.name, JSONValue(endpoint.drops[reason]))) }
        return .object(JSONObject(counted + context.drops.named))
    }
}

/// A call that has ended, as `call.get` shows it.
struct EndedCall {
    let number: UInt64
    let call: String
    let json: JSONValue
}

/// What was measured of a call that has ended, as long as this process remembers it.
struct EndedSeries {
    let call: String
    let figures: [(String, JSONValue)]
    let series: CallSeries
}

extension Call {
    /// The other side; of several, the first.
    var first: PeerID? { participants.keys.first }
}

extension Call.Direction {
    /// The word of the control protocol.
    var name: String {
        switch self {
        case .outgoing: "outgoing"
        case .incoming: "incoming"
        }
    }
}
