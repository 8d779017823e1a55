import Basics
import Crypto
import Testing

@Suite struct SecretBytesTests {
    @Test func aSecretHoldsWhatWasCopied() {
        for byteCount in [0, 1, 7, 8, 32, 63, 64, 65, 1000, 5000] {
            let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let secret = SecretBytes(copying: bytes.rawSpan)
            #expect(secret.byteCount == byteCount)
            #expect(secret.withBytes { [UInt8]($0) } == bytes)
            let isEqual = secret.copy().isEqual(to: bytes.rawSpan)
            #expect(isEqual)
        }
    }

    @Test func aSecretStartsAsZerosInReusedMemory() {
        for _ in 0..<3 {
            let dropped = SecretBytes(copying: [UInt8](repeating: 0xAA, count: 64).rawSpan)
            _ = consume dropped
            let fresh = SecretBytes(byteCount: 64) { _ in }
            #expect(fresh.withBytes { [UInt8]($0) } == [UInt8](repeating: 0, count: 64))
        }
    }

    @Test func anUnequalByteOrLengthIsNoticed() {
        let secret = SecretBytes(copying: [1, 2, 3].rawSpan)
        let verdicts = [[1, 2, 3], [1, 2, 4], [1, 2], [1, 2, 3, 0], []].map { (other: [UInt8]) in
            secret.isEqual(to: other.rawSpan)
        }
        #expect(verdicts == [true, false, false, false, false])
    }

    @Test func aRefusedFillLeavesNoSecret() {
        let isNil = SecretBytes.ifFilled(byteCount: 8) { _ in false } == nil
        #expect(isNil)
    }

    @Test func secretsOfManyThreadsKeepTheirValues() async {
        let areKept = await withTaskGroup(of: Bool.self) { group in
            for task in UInt8(0)..<8 {
                group.addTask {
                    (0..<500).allSatisfy { round in
                        let bytes = [UInt8](repeating: task &+ UInt8(round & 15), count: 1 + round % 64)
                        let first = SecretBytes(copying: bytes.rawSpan), second = first.copy()
                        return first.isEqual(to: bytes.rawSpan) && second.isEqual(to: bytes.rawSpan)
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(areKept)
    }

    @Test func moreSecretsThanOneRegionHoldsKeepTheirValues() {
        let count = 1500
        let secrets = UniqueList(count: count) { SecretBytes(copying: [UInt8($0 & 255), UInt8($0 >> 8)].rawSpan) }
        for index in 0..<count { #expect(secrets.bytes(at: index) == [UInt8(index & 255), UInt8(index >> 8)]) }
    }
}

/// A list of values that cannot be copied.
private final class UniqueList {
    private final class Box {
        let secret: SecretBytes
        init(_ secret: consuming SecretBytes) { self.secret = secret }
    }

    private let boxes: [Box]

    init(count: Int, _ make: (Int) -> SecretBytes) { boxes = (0..<count).map { Box(make($0)) } }

    func bytes(at index: Int) -> [UInt8] { boxes[index].secret.withBytes { [UInt8]($0) } }
}
