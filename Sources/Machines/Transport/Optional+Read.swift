extension Optional where Wrapped: ~Copyable {
    /// What `body` reads of a value that has one owner and stays where it is; nil when there is none.
    @inline(__always)
    func read<Result>(_ body: (borrowing Wrapped) -> Result?) -> Result? {
        switch self {
        case .some(let value): body(value)
        case .none: nil
        }
    }
}
