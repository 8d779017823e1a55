internal import Basics
internal import ControlAPI
internal import Journal

/// Events: numbered, kept, sent to those who subscribed, and given to those who ask.
extension Node {
    /// A client that waits for the next event.
    struct EventWaiter {
        let request: ControlRequest
        let since: UInt64
        let filter: EventFilter
        let maximum: Int
        let deadline: Instant
    }

    /// Clients that wait for events, at most.
    private static let mostEventWaiters = 1024

    mutating func tell(_ type: EventType, _ data: JSONValue) {
        let event = events.append(type, data.object ?? JSONObject(), at: context.moment.wall)
        for (client, filter) in subscriptions where filter.admits(type) {
            context.emit(.send(event.line, to: client))
        }
        answerWaiters(of: type)
    }

    mutating func subscribe(_ request: ControlRequest) -> JSONValue? {
        let filter = EventFilter(topics: request.parameters.textsIfPresent("topics"))
        let since = request.parameters.intIfPresent("since").flatMap { UInt64(exactly: $0) }
        let boot = request.parameters.textIfPresent("boot")
        let replay = events.replay(since: since ?? events.newest, boot: boot, filter)
        subscriptions[request.client] = filter
        let answer: JSONValue = [
            "boot": .string(events.boot), "seq": JSONValue(events.newest), "gap": .bool(replay.hasGap),
        ]
        self.answer(request, .success(answer))
        for event in replay.events { context.emit(.send(event.line, to: request.client)) }
        return nil
    }

    mutating func nextEvents(_ request: ControlRequest) throws(ControlError) -> JSONValue? {
        let parameters = request.parameters
        let waiter = EventWaiter(
            request: request, since: UInt64(clamping: parameters.int("since")),
            filter: EventFilter(topics: parameters.textsIfPresent("topics")),
            maximum: parameters.intIfPresent("max") ?? 100,
            deadline: context.now + (parameters.millisecondsIfPresent("timeout_ms") ?? .zero))
        let found = events.replay(
            since: waiter.since, boot: parameters.textIfPresent("boot"), waiter.filter, maximum: waiter.maximum)
        guard found.events.isEmpty, !found.hasGap, waiter.deadline > context.now else { return json(of: found) }
        guard eventWaiters.count < Self.mostEventWaiters else { throw ControlError(.rateLimited) }
        eventWaiters.append(waiter)
        return nil
    }

    private func json(of replay: EventLog.Replay) -> JSONValue {
        [
            "boot": .string(events.boot), "events": .array(replay.events.map(\.json)), "gap": .bool(replay.hasGap),
        ]
    }

    private mutating func answerWaiters(of type: EventType) {
        let served = eventWaiters.filter { $0.filter.admits(type) }
        eventWaiters.removeAll { $0.filter.admits(type) }
        for waiter in served { serve(waiter) }
    }

    mutating func expireEventWaiters() {
        let late = eventWaiters.filter { $0.deadline <= context.now }
        eventWaiters.removeAll { $0.deadline <= context.now }
        for waiter in late { serve(waiter) }
    }

    private mutating func serve(_ waiter: EventWaiter) {
        let found = events.replay(since: waiter.since, waiter.filter, maximum: waiter.maximum)
        answer(waiter.request, .success(json(of: found)))
    }
}
