import Basics
import CNice
import Paths

/// What libnice tells of one agent, in our own values.
enum ICENews {
    /// A candidate was found.
    case candidate(ICECandidate)
    /// There are no more.
    case gathered
    /// This pair is used from now on; `priority` is that of the candidate at our end.
    case selected(ICEPair, priority: UInt32)
    /// No pair works, or not any more.
    case failed
}

/// What the callbacks of one agent call: closures that were proved once to be called on the network thread only, since
/// entering the actor anew for each packet would cost an allocation.
@safe
final class ICECallbacks {
    let told: (ICENews) -> Void
    let received: (UnsafeMutableRawBufferPointer) -> Void

    init(told: @escaping (ICENews) -> Void, received: @escaping (UnsafeMutableRawBufferPointer) -> Void) {
        self.told = told
        unsafe self.received = unsafe received
    }

    /// The signals that we listen to.
    static var signals: parley_nice_signals {
        unsafe parley_nice_signals(
            candidate: { _, candidate, me in
                guard let candidate = unsafe candidate, let news = unsafe ICECandidate(candidate) else { return }
                unsafe ICECallbacks.of(me).told(.candidate(news))
            },
            gathered: { _, _, me in unsafe ICECallbacks.of(me).told(.gathered) },
            selected: { _, _, _, local, remote, me in
                guard let local = unsafe local, let remote = unsafe remote, let pair = unsafe ICEPair(local, remote)
                else { return }
                unsafe ICECallbacks.of(me).told(.selected(pair, priority: local.pointee.priority))
            },
            state: { _, _, _, state, me in
                if state == NICE_COMPONENT_STATE_FAILED.rawValue { unsafe ICECallbacks.of(me).told(.failed) }
            })
    }

    /// Who stands behind the `me` of a callback.
    static func of(_ me: UnsafeMutableRawPointer?) -> ICECallbacks {
        guard let me = unsafe me else { preconditionFailure("a callback without an owner") }
        return unsafe Unmanaged<ICECallbacks>.fromOpaque(me).takeUnretainedValue()
    }
}

extension ICEPair {
    init?(_ local: UnsafePointer<NiceCandidate>, _ remote: UnsafePointer<NiceCandidate>) {
        guard let localKind = unsafe ICECandidate.Kind(local.pointee.type),
            let remoteKind = unsafe ICECandidate.Kind(remote.pointee.type),
            let localAddress = unsafe SocketAddress(local, \.addr),
            let remoteAddress = unsafe SocketAddress(remote, \.addr)
        else { return nil }
        unsafe self.init(
            local: localKind, remote: remoteKind, localAddress: localAddress, remoteAddress: remoteAddress,
            localRelay: ICECandidate.RelayTransport(local))
    }
}
