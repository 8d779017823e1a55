import Basics
import Testing

@Suite struct QueueTests {
    @Test func theRingGivesBackInOrderAndSaysWhenItIsFull() {
        var ring = RingBuffer<Int>(capacity: 3)
        for round in 0..<5 {
            #expect(ring.isEmpty && ring.first == nil && ring.popFirst() == nil)
            for index in 0..<3 {
                let isIn = ring.append(10 * round + index)
                #expect(isIn)
            }
            let isIn = ring.append(99)
            #expect(!isIn && ring.isFull && ring.count == 3 && ring.capacity == 3)
            #expect(ring.first == 10 * round && ring[2] == 10 * round + 2)
            for index in 0..<3 { #expect(ring.popFirst() == 10 * round + index) }
        }
    }

    @Test func packetsLeaveInOrderWithTheirTags() {
        var queue = PacketQueue<String>(capacity: 2)
        for byte in UInt8(1)...5 {
            let isIn = append(byte, "\(byte)", to: &queue)
            #expect(isIn && queue.count == 1)
            #expect(queue.first == "\(byte)" && [UInt8](queue.firstPacket) == [byte, byte])
            queue.removeFirst()
            #expect(queue.isEmpty && queue.first == nil)
        }
    }

    @Test func aFullQueueTakesNothing() {
        var queue = PacketQueue<Int>(capacity: 1)
        #expect(append(1, 1, to: &queue) && !append(2, 2, to: &queue) && queue.isFull)
        #expect(queue.first == 1)
        queue.removeFirst()
        #expect(queue.first == nil)
    }

    @Test func whatIsNotWrittenIsNotQueued() {
        var queue = PacketQueue<Int>(capacity: 1)
        let isIn = queue.append(1) { _ in nil }
        #expect(!isIn && queue.isEmpty)
    }

    private func append<Tag>(_ byte: UInt8, _ tag: Tag, to queue: inout PacketQueue<Tag>) -> Bool {
        queue.append(tag) { slot in
            slot.storeBytes(of: byte, toByteOffset: 0, as: UInt8.self)
            slot.storeBytes(of: byte, toByteOffset: 1, as: UInt8.self)
            return 2
        }
    }
}
