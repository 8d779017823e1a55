extension ControlServer {
    /// How much clients may use. Nothing here grows beyond.
    public struct Limits: Equatable, Sendable {
        /// Connections at one time; a further one is closed without a byte.
        public var connections = 256
        /// Bytes that are kept for all clients, read and unwritten.
        public var bufferedByteCount = 16 << 20
        /// Bytes of a line, its newline included.
        public var lineByteCount = 1 << 20
        /// How long a line may take from its first byte to its newline.
        public var lineTimeout: Duration = .seconds(10)
        /// Unwritten bytes of one client; then it is closed.
        public var backlogByteCount = 4 << 20
        /// Unwritten bytes of one client from which on no further line of its is handed on, until it has read some.
        public var pauseByteCount = 1 << 20
        /// Descriptors that come with one line.
        public var descriptorsPerLine = 16
        /// Descriptors that wait for the lines of all clients.
        public var waitingDescriptors = 128
        /// How long a client that did wrong may take to read why.
        public var farewellTimeout: Duration = .seconds(2)
        /// Lines that are handed on in one turn of the loop, and how long that may take: media waits no longer.
        public var linesPerTurn = 32, turn: Duration = .milliseconds(1)

        /// The usual.
        public init() {}
    }
}
