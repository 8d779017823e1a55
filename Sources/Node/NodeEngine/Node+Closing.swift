internal import Basics
internal import Calling
internal import ControlAPI
internal import Journal
internal import Mesh
internal import Transport
internal import Trust

/// Locking and stopping: calls end at once, then the journal is signed and closed, then the keys go.
extension Node {
    mutating func beginStopping() {
        switch phase {
        case .running, .locking: break
        case .stopping, .stopped: return
        }
        tell(.daemonStopping, .object(JSONObject()))
        device?.close(isLocking: false, &context)
        phase = .stopping
    }

    mutating func beginLocking(for request: ControlRequest?) {
        guard phase.isRunning else { return }
        firstLastingKeyRequest = nextKeyRequest
        device?.close(isLocking: true, &context)
        phase = .locking(request)
    }

    /// Wipes the keys when the journal is closed, and goes on from there.
    mutating func finishClosing() {
        switch phase {
        case .running, .stopped: return
        case .locking, .stopping: guard isDeviceClosed else { return }
        }
        device?.giveUpUnstored(&context)
        device = nil
        if case .unlocked(let known, let isProtected) = identity { identity = .locked(known, isProtected: isProtected) }
        switch phase {
        case .locking(let request):
            phase = .running
            context.emit(.keys(.forget))
            tell(.identityLocked, .object(JSONObject()))
            if let request { answer(request, .success(.object(JSONObject()))) }
        case .stopping:
            phase = .stopped
            context.emit(.stop)
        case .running, .stopped: break
        }
    }
}

extension Node {
    private var isDeviceClosed: Bool {
        switch device {
        case .some(let device): device.isClosed
        case .none: true
        }
    }
}

extension Device {
    /// Ends every call and session at once, and begins to close the journal.
    mutating func close(isLocking: Bool, _ context: inout Context) {
        switchboard.endAll(.shutdown, at: context.now)
        while pollSwitchboard(&context) {}
        giveUpWaiting(&context)
        for link in links.values where link.session != nil { send(SessionMessage.goodbye.fields, on: link, &context) }
        flush(&context)
        for link in links.values {
            if let peer = link.peer { apply(gate.withdraw(peer), &context) }
            endICE(of: link, &context)
        }
        endpoint.forgetAll(at: context.now)
        links.removeAll()
        sessions.removeAll()
        closeJournal(isLocking: isLocking, &context)
        isClosing = true
    }

    /// Nobody is left waiting for what cannot happen any more.
    private mutating func giveUpWaiting(_ context: inout Context) {
        let calls = waiting.starts.values.map(\.self) + waiting.answers.values.map(\.self)
        let requests =
            calls + waiting.acceptances.values.map(\.self) + waiting.preparations.values.compactMap(\.request)
            + waiting.addedSources.map(\.request) + waiting.pings.map(\.request)
            + (waiting.takeover.map { [$0.request] } ?? [])
        let failure = ControlError(.notReady, "the daemon stops, or its identity is locked")
        for request in requests { context.answers.append((request, .failure(failure))) }
        waiting = WaitingRequests()
    }

    /// What the journal could not be brought to take does not happen, and whoever waits for it is told.
    mutating func giveUpUnstored(_ context: inout Context) {
        let unstored = waitingForJournal
        waitingForJournal.removeAll()
        for (_, continuation) in unstored { giveUp(continuation, ControlError(.notReady), &context) }
    }

    /// Whether everything that the closing wrote is on disk, or cannot be brought there.
    var isClosed: Bool { isClosing && journal.isClosed && waitingForStore.isEmpty && media.isEmpty }
}
