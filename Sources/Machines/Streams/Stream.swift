internal import Basics

/// One stream of a session: its halves, its place in the queue and what its owner has not been told.
struct Stream: Sendable {
    /// Events that wait for `poll`.
    struct Notices: OptionSet {
        let rawValue: UInt8
        static let opened = Notices(rawValue: 1), readable = Notices(rawValue: 2), writable = Notices(rawValue: 4)
        static let refused = Notices(rawValue: 8), stopped = Notices(rawValue: 16), reset = Notices(rawValue: 32)
        static let finished = Notices(rawValue: 64)
    }

    let id: StreamID
    /// Lower goes first.
    let priority: Int
    var sending: SendHalf?
    var receiving: ReceiveHalf?
    /// When it was last served: streams of one priority take turns.
    var turn = 0
    var notices: Notices = []
    /// The code of a RESET or STOP that has not been told.
    var resetCode: UInt32 = 0, stopCode: UInt32 = 0

    init(_ id: StreamID, side: Side, priority: Int?, limits: StreamLimits) {
        let isControl = id == .control
        let credit = isControl ? limits.controlCredit : limits.streamCredit
        self.id = id
        self.priority = isControl ? .min : priority ?? Stream.priority(of: id.permit)
        if id.isSent(by: side) {
            sending = SendHalf(capacity: isControl ? limits.controlCredit : limits.sendBuffer, credit: credit)
        }
        if id.isSent(by: side.peer) { receiving = ReceiveHalf(window: credit) }
    }

    /// Control first, then what people wait for, then what can wait.
    private static func priority(of permit: PermitClass) -> Int {
        switch permit {
        case .control: 0
        case .verify: 1
        case .roster: 2
        case .chat: 3
        case .media: 4
        case .file: 5
        case .relay: 6
        }
    }

    /// Whether both halves have ended and all has been told.
    var isOver: Bool {
        notices.isEmpty && sending?.state ?? .done == .done && receiving?.state ?? .done == .done
    }
}
