/// How the tables of a store came to be: step `n` makes version `n + 1` out of version `n`. Steps are only ever added.
struct StateSchema {
    let steps: [String]

    /// The version that all steps together make.
    var version: Int { steps.count }

    /// What this program reads and writes.
    static let current = StateSchema(steps: [
        """
        CREATE TABLE proof (sealed BLOB NOT NULL);
        CREATE TABLE entries (
            namespace BLOB NOT NULL, name BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (namespace, name)
        ) WITHOUT ROWID;
        """
    ])
}
