/// What a permit is for (PROTOCOL §3): each packet is sealed under one class, and each class has a gate of its own.
/// The number stands in bits 2–4 of a stream id.
public enum PermitClass: UInt8, CaseIterable, Sendable {
    /// Padding, receipts, path packets and stream 0. Open from the keys on.
    case control = 0
    /// Verification of identities.
    case verify = 1
    /// Roster operations of rooms.
    case roster = 2
    /// Messages between people.
    case chat = 3
    /// Files.
    case file = 4
    /// Sound and pictures.
    case media = 5
    /// Packets carried for others.
    case relay = 6
}

/// A set of permit classes.
public struct PermitClasses: OptionSet, Hashable, Sendable {
    /// One bit a class, at the place of the class's number.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The set of one class.
    public init(_ permit: PermitClass) { rawValue = 1 << permit.rawValue }

    /// What is open from the keys on.
    public static let control = PermitClasses(.control)
    /// Every class.
    public static let all = PermitClasses(rawValue: 0x7F)

    /// Whether `permit` is in the set.
    public func contains(_ permit: PermitClass) -> Bool { contains(PermitClasses(permit)) }
}
