internal import Basics

extension StreamMultiplexer {
    /// The next thing the owner should know; nil when there is none. Messages come first.
    public mutating func poll() -> StreamEvent? {
        if let message = popMessage() { return message }
        while let id = noticed.first {
            guard let place = place(of: id), let event = popNotice(at: place) else {
                noticed.removeFirst()
                continue
            }
            sweep(place)
            return event
        }
        return popSessionEvent()
    }

    /// The stream's next event, in the order in which they make sense.
    private mutating func popNotice(at place: Int) -> StreamEvent? {
        let id = streams[place].id
        let order: [Stream.Notices] = [.opened, .refused, .readable, .stopped, .reset, .finished, .writable]
        guard let notice = order.first(where: streams[place].notices.contains) else { return nil }
        streams[place].notices.remove(notice)
        switch notice {
        case .opened: return .opened(id)
        case .refused: return .refused(id)
        case .readable: return .readable(id)
        case .stopped: return .stopped(id, code: streams[place].stopCode)
        case .reset: return .reset(id, code: streams[place].resetCode)
        case .finished: return .finished(id)
        default: return .writable(id)
        }
    }

    private mutating func popSessionEvent() -> StreamEvent? {
        if canSend {
            canSend = false
            return .canSend
        }
        if canOpen {
            canOpen = false
            return .canOpen
        }
        return nil
    }
}
