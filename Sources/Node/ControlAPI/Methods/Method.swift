/// What a method is for, and what it takes and gives: the row from which requests are checked and documents are made.
public struct Method: Sendable {
    /// What it does, in a sentence.
    public let summary: String
    /// What a client must be allowed to do.
    public let scope: Scope
    /// What it takes, by name.
    public let parameters: [Field]
    /// What it answers.
    public let result: [Field]
    /// How it can fail in its own way; `MethodName.errors` has all.
    public let errors: [ErrorKind]

    /// A method.
    public init(
        _ summary: String, scope: Scope, takes parameters: [Field] = [], gives result: [Field] = [],
        fails errors: [ErrorKind] = []
    ) {
        self.summary = summary
        self.scope = scope
        self.parameters = parameters
        self.result = result
        self.errors = errors
    }
}

/// What a client may be allowed to do. Every client of the daemon's own user has all scopes.
public enum Scope: String, CaseIterable, Sendable {
    /// See states and lists.
    case read
    /// Place and take calls.
    case call
    /// Change contacts and make invites.
    case contacts
    /// Make, lock and hand out the identity.
    case identity
    /// Read the journal's contents.
    case journal
    /// Stop the daemon.
    case admin
}
