internal import Synchronization

/// What the files of the decode worker want of a participant's sound.
enum SoundWish: UInt8, AtomicRepresentable {
    /// No file takes sound.
    case none
    /// Some file takes it, or the worker does not know yet.
    case taken
    /// Those that take sound have that of another.
    case refused
}
