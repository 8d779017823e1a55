import Basics
import CNice
import Glibc
import NetworkLoop
import Platform

/// The addresses of servers that the configuration names.
///
/// libnice would look names up itself, but such a lookup that is under way when an agent closes keeps the agent for
/// ever. So agents get literal addresses, and names are looked up here, beside the loop, before anybody calls.
@NetworkActor
final class ServerNames {
    private struct Entry {
        /// nil: no answer has come yet. None: there is no such name, or nobody could tell.
        var addresses: [IPAddress]?
        var isAsking = false
        var answeredAt: Instant?
    }

    /// After so long an answer may have changed; it is used while it is asked for again.
    private static let freshness = Duration.seconds(300)
    /// A name that nobody could tell is asked for again after this.
    private static let retryInterval = Duration.seconds(30)

    private var entries: [String: Entry] = [:]
    private let answered: @NetworkActor (String, [IPAddress]) -> Void

    /// Calls `answered` after each answer, with the name and where it leads.
    init(_ answered: @escaping @NetworkActor (String, [IPAddress]) -> Void) { self.answered = answered }

    /// Asks for names that are new, and forgets those that are not among `hosts`.
    func keep(_ hosts: Set<String>) {
        entries = entries.filter { hosts.contains($0.key) }
        for host in hosts { refresh(host) }
    }

    /// What is known of `host`, a name or a literal address. nil: an answer is still to come.
    func addresses(of host: String) -> [IPAddress]? {
        if let literal = IPAddress(host) { return [literal] }
        return entries[host]?.addresses
    }

    /// Asks for `host` again when that was long ago.
    func refresh(_ host: String) {
        guard IPAddress(host) == nil else { return }
        var entry = entries[host] ?? Entry()
        let patience = entry.addresses?.isEmpty == true ? Self.retryInterval : Self.freshness
        let isDue = entry.answeredAt.map { MonotonicClock.now - $0 >= patience } ?? true
        guard isDue, !entry.isAsking else { return }
        entry.isAsking = true
        entries[host] = entry
        lookUp(host)
    }

    private func lookUp(_ host: String) {
        let lookup = Lookup(NetworkActor.proved { [weak self] in self?.take($0, for: host) })
        let resolver = unsafe g_resolver_get_default()
        unsafe g_resolver_lookup_by_name_async(
            resolver, host, nil,
            { resolver, result, lookup in unsafe Lookup.finish(resolver, result, lookup) },
            Unmanaged.passRetained(lookup).toOpaque())
        unsafe g_object_unref(resolver)
    }

    private func take(_ addresses: [IPAddress], for host: String) {
        guard var entry = entries[host] else { return }  // another configuration has come
        // What was known is better than nothing when a server of names is out of reach for a while.
        if !addresses.isEmpty || entry.addresses == nil { entry.addresses = addresses }
        entry.isAsking = false
        entry.answeredAt = MonotonicClock.now
        entries[host] = entry
        answered(host, entry.addresses ?? [])
    }
}

/// One question to the resolver.
private final class Lookup {
    private let take: ([IPAddress]) -> Void

    init(_ take: @escaping ([IPAddress]) -> Void) { self.take = take }

    /// The end of a lookup, on the thread that began it.
    static func finish(
        _ resolver: UnsafeMutablePointer<GObject>?, _ result: OpaquePointer?, _ lookup: UnsafeMutableRawPointer?
    ) {
        guard let lookup = unsafe lookup else { return }
        let list = unsafe g_resolver_lookup_by_name_finish(
            UnsafeMutableRawPointer(resolver)?.assumingMemoryBound(to: GResolver.self), result, nil)
        defer { unsafe g_resolver_free_addresses(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let node = unsafe next {
            if let address = unsafe address(node.pointee.data) { addresses.append(address) }
            unsafe next = node.pointee.next
        }
        unsafe Unmanaged<Lookup>.fromOpaque(lookup).takeRetainedValue().take(addresses)
    }

    private static func address(_ object: UnsafeMutableRawPointer?) -> IPAddress? {
        guard let address = unsafe object?.assumingMemoryBound(to: GInetAddress.self),
            let bytes = unsafe g_inet_address_to_bytes(address)
        else { return nil }
        let count = unsafe Int(g_inet_address_get_native_size(address))
        return unsafe IPAddress(bytes: UnsafeBufferPointer(start: bytes, count: count))
    }
}
