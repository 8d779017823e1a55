import CGLib

/// What the loop waits for, as GLib asks it: `prepare` before it sleeps, `isReady` after, `dispatch` when ready.
/// All three are called on the network thread only.
class LoopSource {
    /// How long the loop may sleep as far as this source goes, in milliseconds: 0 when it is ready, -1 for ever.
    func prepare() -> Int32 { -1 }
    /// Whether there is something to do.
    var isReady: Bool { false }
    /// Does it.
    func dispatch() {}

    /// The one owner of a source in the loop, which is taken out with it. GLib keeps the `LoopSource` until the last
    /// dispatch has returned, so that this may be destroyed at any time.
    @safe
    struct Handle: ~Copyable, @unchecked Sendable {  // GLib attaches and destroys sources on any thread
        /// The GSource.
        let source: UnsafeMutablePointer<GSource>

        /// Puts `body` into the loop of `context`. `isPolled`: it is asked for nothing, and dispatched when one of
        /// the descriptors that are added to it is ready.
        init(_ body: LoopSource, on context: OpaquePointer, isPolled: Bool = false) {
            let byteCount = unsafe guint(MemoryLayout<ParleySource>.size)
            let functions = isPolled ? unsafe LoopSource.polledFunctions : unsafe LoopSource.askedFunctions
            guard let source = unsafe g_source_new(functions, byteCount) else {
                preconditionFailure("GLib makes no source")
            }
            unsafe UnsafeMutableRawPointer(source).assumingMemoryBound(to: ParleySource.self).pointee.body =
                Unmanaged.passRetained(body).toOpaque()
            unsafe self.init(attaching: source, to: context)
        }

        /// Puts `source`, which it takes over, into the loop of `context`.
        init(attaching source: UnsafeMutablePointer<GSource>, to context: OpaquePointer) {
            // We never iterate inside a dispatch. Without this GLib takes the descriptors out of poll(2) meanwhile,
            // which costs three system calls a dispatch.
            unsafe g_source_set_can_recurse(source, 1)
            unsafe g_source_attach(source, context)
            unsafe self.source = source
        }

        deinit {
            unsafe g_source_destroy(source)
            unsafe g_source_unref(source)
        }
    }

    nonisolated(unsafe) private static let askedFunctions = unsafe functions(isPolled: false)  // never changed
    nonisolated(unsafe) private static let polledFunctions = unsafe functions(isPolled: true)  // never changed

    private static func functions(isPolled: Bool) -> UnsafeMutablePointer<GSourceFuncs> {
        let functions = UnsafeMutablePointer<GSourceFuncs>.allocate(capacity: 1)
        unsafe functions.initialize(to: GSourceFuncs())
        unsafe functions.pointee.dispatch = { source, _, _ in
            unsafe LoopSource.body(of: source).dispatch()
            return 1  // G_SOURCE_CONTINUE
        }
        unsafe functions.pointee.finalize = { source in
            unsafe Unmanaged.passUnretained(LoopSource.body(of: source)).release()
        }
        guard !isPolled else { return unsafe functions }
        unsafe functions.pointee.prepare = { source, timeout in
            let milliseconds = unsafe LoopSource.body(of: source).prepare()
            unsafe timeout?.pointee = milliseconds
            return milliseconds == 0 ? 1 : 0
        }
        unsafe functions.pointee.check = { source in unsafe LoopSource.body(of: source).isReady ? 1 : 0 }
        return unsafe functions
    }

    private static func body(of source: UnsafeMutablePointer<GSource>?) -> LoopSource {
        guard let body = unsafe UnsafeMutableRawPointer(source)?.assumingMemoryBound(to: ParleySource.self).pointee.body
        else { preconditionFailure("a source without a body") }
        return unsafe Unmanaged<LoopSource>.fromOpaque(body).takeUnretainedValue()
    }
}
