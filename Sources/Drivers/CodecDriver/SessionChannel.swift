internal import Basics
internal import Platform

/// All that the two threads of a session share: rings for frames, a few words for the rest.
final class SessionChannel: Sendable {
    let outgoing = FrameRing<OutgoingFrame>(
        capacity: 16, filler: OutgoingFrame(mediaTime: 0, marker: false, due: .zero))
    let transmission = TransmissionGauges()
    let mail: Mailbox<SessionCommand, AudioEvent>

    init(wake: @escaping @Sendable () -> Void) throws(SystemError) { mail = try Mailbox(wake: wake) }
}
