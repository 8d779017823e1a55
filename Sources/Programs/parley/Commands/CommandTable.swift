/// Every verb of the command, in the order of the manual.
enum CommandTable {
    static let all: [CommandSpec] =
        daemon + identity + contacts + invites + calls + journal + network + events + waiting + tools
}
