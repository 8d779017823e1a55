/// What sources and sinks have in common: `scheme:place?key=value&key=value`.
struct MediaURI {
    let text: String
    let scheme: String
    let place: String
    let parameters: [(key: String, value: String)]

    init(_ text: String) throws(MediaURIError) {
        self.text = text
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw MediaURIError(
                text: text, reason: "no scheme; allowed: file:PATH, pipe:FD, dir:PATH (sinks), null: (sinks), test:NAME"
            )
        }
        scheme = String(text[..<colon])
        let rest = text[text.index(after: colon)...]
        guard let (place, parameters) = Self.split(rest) else {
            self.place = String(rest)
            self.parameters = []
            return
        }
        self.place = String(place)
        self.parameters = parameters
    }

    /// A question mark belongs to the file's name unless everything behind the last one is `key=value`.
    private static func split(_ rest: Substring) -> (Substring, [(String, String)])? {
        guard let mark = rest.lastIndex(of: "?") else { return nil }
        var parameters: [(String, String)] = []
        for item in rest[rest.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false) {
            guard let equals = item.firstIndex(of: "="), equals != item.startIndex,
                item[..<equals].utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
            else { return nil }
            parameters.append((String(item[..<equals]), String(item[item.index(after: equals)...])))
        }
        return (rest[..<mark], parameters)
    }

    /// Refuses parameters other than `allowed`, and any that stands twice.
    func allow(_ allowed: [String]) throws(MediaURIError) {
        for (index, parameter) in parameters.enumerated() {
            guard allowed.contains(parameter.key) else {
                let allowed = allowed.isEmpty ? "none" : allowed.joined(separator: ", ")
                throw refusal("no parameter \(parameter.key) here; allowed: \(allowed)")
            }
            guard !parameters[..<index].contains(where: { $0.key == parameter.key }) else {
                throw refusal("the parameter \(parameter.key) stands twice")
            }
        }
    }

    /// The value of a parameter; nil when it is not there.
    func value(_ key: String) -> String? { parameters.first { $0.key == key }?.value }

    /// Which of the descriptors that came with the request is meant: `fd=K`.
    func descriptorIndex() throws(MediaURIError) -> Int? {
        guard let value = value("fd") else { return nil }
        guard let index = Int(value), (0...255).contains(index), String(index) == value else {
            throw refusal("fd=\(value); allowed: the index of a descriptor sent with the request, from 0")
        }
        return index
    }

    /// The number of `pipe:FD`; nil when there is none and `fd=K` says which.
    func pipeDescriptor() throws(MediaURIError) -> Int32? {
        if place.isEmpty, value("fd") != nil { return nil }
        guard let number = Int32(place), number >= 0, String(number) == place else {
            throw refusal("allowed: pipe:FD with the number of an open descriptor")
        }
        return number
    }

    /// The path of `file:` or `dir:`.
    func path() throws(MediaURIError) -> String {
        guard !place.isEmpty || value("fd") != nil else { throw refusal("the path is missing") }
        guard !place.utf8.contains(0) else { throw refusal("the path holds a zero byte") }
        return place
    }

    func refusal(_ reason: String) -> MediaURIError { MediaURIError(text: text, reason: reason) }
}
