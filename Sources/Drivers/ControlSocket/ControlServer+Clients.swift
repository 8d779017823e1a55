import Basics
import NetworkLoop
import Platform

// What happens to one connection, from its first byte to its end.
extension ControlServer {
    func ready(_ connection: Connection, _ readiness: DescriptorWatch.Readiness) {
        guard isPresent(connection) else { return }
        if readiness.contains(.write) { flush(connection) }
        guard isPresent(connection) else { return }
        if readiness.contains(.read) { read(connection) }
        if isPresent(connection) { settle(connection) }
    }

    private func isPresent(_ connection: Connection) -> Bool { connections[connection.id] === connection }

    private func flush(_ connection: Connection) {
        connection.flush()
        if connection.output.count == 0, connection.phase == .open { delegate?.drained(connection.id) }
    }

    private func read(_ connection: Connection) {
        // Nobody asked whether there is something to read: the client has hung up.
        guard connection.interest.contains(.read) else { return connection.abandonOutput() }
        switch connection.read(into: &chunk, limits: limits) {
        case .nothing, .bytes, .end: break
        case .fault(let fault): sendOff(connection, for: fault)
        case .failed(let error): drop(connection, .failed(error))
        }
    }

    /// Brings all that depends on the connection's state in line with it. Called after each change.
    func settle(_ connection: Connection) {
        count(connection)
        guard isPresent(connection) else { return }
        switch connection.phase {
        case .open:
            if connection.isOver { return drop(connection, .hungUp) }
            let isPaused = connection.output.count >= limits.pauseByteCount
            if connection.input.hasLine, !isPaused { enqueue(connection) }
            expect(connection, reading: !connection.isInputEnded && !connection.input.hasLine && !isPaused)
        case .leaving(let until, let lingers):
            if connection.output.count == 0 {
                if !lingers || connection.isInputEnded { return remove(connection) }
                connection.endOutput()
            }
            expect(connection, reading: !connection.isInputEnded)
            wake(by: until)
        }
    }

    private func expect(_ connection: Connection, reading isReading: Bool) {
        connection.interest = isReading ? .read : []
        if connection.output.count > 0 { connection.interest.insert(.write) }
        guard connection.phase == .open, isReading, connection.input.isInsideLine else {
            return connection.lineBegan = nil
        }
        let began = connection.lineBegan ?? MonotonicClock.now
        connection.lineBegan = began
        wake(by: began + limits.lineTimeout)
    }

    private func enqueue(_ connection: Connection) {
        guard !connection.isQueued else { return }
        connection.isQueued = true
        queue.append(connection.id)
        pump?.signal()
    }

    /// Counts what the connection holds; when that is too much for all, whoever holds most must go.
    private func count(_ connection: Connection) {
        counted.replace(connection.counted, by: connection.holdings)
        connection.counted = connection.holdings
        while counted.byteCount > limits.bufferedByteCount,
            let largest = connections.values.max(by: { $0.counted.byteCount < $1.counted.byteCount })
        {
            drop(largest, .buffersFull)
        }
        while counted.descriptors > limits.waitingDescriptors,
            let largest = connections.values.max(by: { $0.counted.descriptors < $1.counted.descriptors })
        {
            drop(largest, .fault(.tooManyDescriptors))
        }
    }
}

// MARK: - Ending

extension ControlServer {
    /// Tells the client what it did wrong, and ends the connection.
    func sendOff(_ connection: Connection, for fault: ClientFault) {
        connection.dropInput()
        if let line = delegate?.farewell(for: fault) { connection.send(line) }
        ended.append((connection.id, .fault(fault)))
        pump?.signal()
        leave(connection, lingers: true)
    }

    /// Ends the connection when what is unwritten is written, or its time is over.
    func leave(_ connection: Connection, lingers: Bool) {
        connection.dropInput()
        connection.phase = .leaving(until: MonotonicClock.now + limits.farewellTimeout, lingers: lingers)
        settle(connection)
    }

    /// Ends the connection at once; the delegate hears why in the next turn.
    func drop(_ connection: Connection, _ reason: CloseReason) {
        if connection.phase == .open {
            ended.append((connection.id, reason))
            pump?.signal()
        }
        remove(connection)
    }

    func remove(_ connection: Connection) {
        connections[connection.id] = nil
        if connection.isQueued { queue.removeAll { $0 == connection.id } }
        counted.replace(connection.counted, by: Connection.Holdings())
    }
}

// MARK: - Turns and time

extension ControlServer {
    /// Tells of ends, then hands on some lines, one of each client in turn.
    func turn() {
        let told = ended
        ended = []
        for (client, reason) in told { delegate?.closed(client, because: reason) }
        let end = MonotonicClock.now + limits.turn
        for _ in 0..<limits.linesPerTurn where !queue.isEmpty {
            handOnLine(of: queue.removeFirst())
            guard MonotonicClock.now < end else { break }
        }
        if !queue.isEmpty || !ended.isEmpty { pump?.signal() }
    }

    private func handOnLine(of client: ClientID) {
        guard let connection = connections[client] else { return }
        connection.isQueued = false
        guard connection.phase == .open else { return }
        guard !connection.input.isTooLong(limit: limits.lineByteCount) else {
            return sendOff(connection, for: .lineTooLong)
        }
        if let line = connection.input.popLine(), !line.bytes.isEmpty {
            delegate?.received(line.bytes, line.descriptors, from: client)
        }
        if isPresent(connection) { settle(connection) }
    }

    func wake(by deadline: Instant) {
        guard let timer, deadline < timer.deadline ?? .distantFuture else { return }
        timer.set(deadline)
    }

    func timeout(at now: Instant) {
        if let acceptingResumes, acceptingResumes <= now { resumeAccepting() }
        for connection in Array(connections.values) where isPresent(connection) {
            switch connection.phase {
            case .open:
                guard let began = connection.lineBegan else { continue }
                if began + limits.lineTimeout <= now { sendOff(connection, for: .lineUnfinished) }
            case .leaving(let until, _):
                if until <= now { remove(connection) }
            }
        }
        let deadlines = connections.values.compactMap { $0.deadline(lineTimeout: limits.lineTimeout) }
        if let soonest = (deadlines + [acceptingResumes].compactMap { $0 }).min() { wake(by: soonest) }
    }
}
