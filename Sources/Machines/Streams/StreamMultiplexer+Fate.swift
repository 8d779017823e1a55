internal import Basics

extension StreamMultiplexer: SentFrameOwner {
    mutating func acknowledged(_ frame: SentFrame) {
        switch frame {
        case .stream(let id, let offset, let byteCount, let isFinal):
            change(id) { $0.sending?.acknowledge(offset..<offset + byteCount, isFinal: isFinal) }
            noteRoom(id)
        case .reset(let id): change(id) { $0.sending?.acknowledgeReset() }
        case .stop, .maxData, .maxStreamData, .maxStreams, .dataBlocked, .streamDataBlocked, .streamsBlocked: break
        }
    }

    mutating func lost(_ frame: SentFrame) {
        switch frame {
        case .stream(let id, let offset, let byteCount, let isFinal):
            change(id) { $0.sending?.lose(offset..<offset + byteCount, isFinal: isFinal) }
        case .reset(let id): change(id) { $0.sending?.setResetDue(true) }
        case .stop(let id): change(id) { $0.receiving?.setStopDue(true) }
        case .maxData: due.insert(.maxData)
        case .maxStreamData(let id):
            change(id) { if $0.receiving?.state == .receiving { $0.receiving?.isCreditDue = true } }
        case .maxStreams: due.insert(.maxStreams)
        // Whoever is still blocked says so again when it next meets the limit; who is not has nothing to say.
        case .dataBlocked: blockedAt = nil
        case .streamDataBlocked(let id): change(id) { $0.sending?.forgetBlocked() }
        case .streamsBlocked: if wantsToOpen { due.insert(.streamsBlocked) }
        }
    }

    private mutating func change(_ id: StreamID, _ change: (inout Stream) -> Void) {
        guard let place = place(of: id) else { return }
        change(&streams[place])
        sweep(place)
    }

    /// Tells an owner whose bytes were not taken that there is room: half of the buffer, so that it is worth a call.
    private mutating func noteRoom(_ id: StreamID) {
        guard let place = place(of: id), let half = streams[place].sending else { return }
        guard half.state == .open, half.room >= half.capacity / 2 else { return }
        if id == .control {
            canSend = canSend || wantsToSend
            wantsToSend = false
        } else if half.wantsRoom {
            streams[place].sending?.wantsRoom = false
            notice(.writable, at: place)
        }
    }
}
