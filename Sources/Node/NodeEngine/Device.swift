internal import Basics
internal import Calling
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Paths
internal import Streams
internal import Transport
internal import Trust

/// The part of the node that needs the keys: it exists while the identity is unlocked.
///
/// Inputs are handled by its extensions, one aspect a file; each ends in `settle`, which carries on until no machine
/// has anything left to say.
struct Device: ~Copyable {
    /// Who we are.
    let identity: Identity
    /// Rules and places from the configuration.
    var settings: Settings

    var endpoint: Endpoint
    var journal: AuditLog
    var contacts = ContactBook()
    /// Contacts that invites make, by device, until they are recorded and stored.
    var pairing = OrderedMap<Bytes32, ContactAddition>()
    var invites = InviteBook()
    var switchboard: Switchboard
    var gate = Gate()

    /// Our certificate, renewed long before it ends.
    var certificate: Certificate
    /// Our newest stamp: the next is greater, over restarts too.
    var lastStamp: TAI64N?
    /// The newest stamp of each device, stored after confirmation.
    var stamps = DeviceStamps()

    /// Every remote device that we have or try to have a session with, by its Noise static key.
    var links = OrderedMap<Bytes32, Link>()
    /// The same, by session: confirmed and unconfirmed ones.
    var sessions: [SessionID: Link] = [:]

    /// What we do for contacts who cannot reach each other, and what others carry for us.
    var introducer = Introducer()
    var circuits = CircuitTable()
    var registrations: Registrations
    /// The number of the next ICE agent.
    var nextAgent: UInt32 = 1

    /// Calls whose media is ready or being made so, by our own identifier.
    var media = OrderedMap<CallID, CallMedia>()
    /// What waits for the journal, oldest ticket first.
    var waitingForJournal: [(ticket: Ticket, what: Continuation)] = []
    /// What waits for the state store.
    var waitingForStore = OrderedMap<StoreTicket, [Continuation]>()
    /// Requests whose answer comes later.
    var waiting = WaitingRequests()
    /// Changes of the state store that this input made, and what waits for them.
    var changes: [StateChange] = []
    var waitingForChanges: [Continuation] = []
    /// Changes while the store has them, and those that it did not take: they go again.
    var unconfirmedChanges = OrderedMap<StoreTicket, [StateChange]>()
    var refusedChanges: [StateChange] = []
    /// When the store is tried again.
    var storeRetry: Instant?
    var nextStoreTicket: UInt64 = 1
    /// Ended calls, newest last.
    var history = RingBuffer<EndedCall>(capacity: 200)
    var nextHistoryNumber: UInt64 = 1
    /// How the newest ended calls went, newest last.
    var series = RingBuffer<EndedSeries>(capacity: 8)
    /// The journal's name for the owner of this daemon.
    var owner: SubjectID?
    /// The journal's name for the configuration that was in force last.
    var configuration: Bytes32?
    /// What the journal knows of the clock, and in which of its epochs that was said.
    var toldClock: (isSynchronized: Bool, epoch: Int)?

    /// When the machines that tell it once want to go on.
    var endpointDeadline = Instant.zero
    var journalDeadline = Instant.zero
    /// When our certificate is made anew.
    var nextRenewal: Instant
    /// When it is looked for invites that have lapsed.
    var nextInviteCheck = Instant.zero
    /// Contacts of whom it was told that they are online.
    var online: Set<PeerID> = []
    /// Entries below the checkpoint that was told last.
    var sealedSize = 0
    /// Invites of ours of whose second use has been told.
    var alarms: Set<UInt64> = []
    /// The name that contacts are shown.
    var shownName: String { settings.name ?? identity.name }
    /// Whether the keys are about to go.
    var isClosing = false
    /// Where a datagram that is being handled came from.
    var currentEnds: PathEnds?

    /// What happens when something is stored.
    enum Continuation {
        /// A grant of the switchboard may happen.
        case call(CallRecord)
        /// A contact that an invite made is in the journal; then in the store.
        case contactRecorded(Bytes32), contactStored(Bytes32)
        /// A contact that an imported identity brings along is there.
        case takenOver(Contact)
        /// A contact is no longer blocked.
        case admission(PeerID, ControlRequest)
        /// A request is answered.
        case answer(ControlRequest, JSONValue)
        /// What a request asked for has happened; it is answered when a crash cannot undo that any more.
        case done(ControlRequest, JSONValue)
        /// A call's end may be told: its closing object survives a crash.
        case callEnded(JSONValue)
        /// The identity may be written out.
        case export(KeyCommand, DescriptorOfLine, ControlRequest)
        /// Entries may be written out.
        case exportEntries(JournalQuery, to: DescriptorOfLine, DiskRequest)

        /// Whether what waited has happened all the same: that it is not stored undoes nothing.
        var hasHappened: Bool {
            switch self {
            case .done, .callEnded: true
            default: false
            }
        }
    }
}
