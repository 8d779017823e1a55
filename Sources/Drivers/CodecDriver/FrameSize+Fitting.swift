internal import MediaFiles

extension FrameSize {
    /// The largest size of the same proportions, with even sides, that is neither wider nor higher than `limit`; nil when
    /// this one is neither.
    func fitted(into limit: FrameSize) -> FrameSize? {
        guard width > limit.width || height > limit.height else { return nil }
        let isWide = width * limit.height > height * limit.width
        let narrow = isWide ? limit.width : width * limit.height / height
        let low = isWide ? height * limit.width / width : limit.height
        return FrameSize(width: max(1, narrow & ~1), height: max(1, low & ~1))
    }
}
