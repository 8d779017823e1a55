import Basics
import TestSupport
import Testing

@Suite struct OrderedMapTests {
    @Test("agrees with a dictionary", arguments: 0..<16 as Range<UInt64>)
    func model(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var map = OrderedMap<Int, Int>(), model: [Int: Int] = [:]
        for step in 0..<500 {
            let key = Int.random(in: 0..<20, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                map[key] = step
                model[key] = step
            case 1:
                map[key] = nil
                model[key] = nil
            case 2: #expect(map.removeValue(forKey: key) == model.removeValue(forKey: key))
            case 3:
                map[key, default: 7] += 1
                model[key, default: 7] += 1
            default:
                let isThere = map.update(key) { $0 += 2 } != nil
                #expect(isThere == (model[key] != nil))
                if isThere { model[key, default: 0] += 2 }
            }
            #expect(map.contains(key) == (model[key] != nil))
            #expect(map[key] == model[key] && map.count == model.count && map.isEmpty == model.isEmpty)
        }
        #expect(map.map { [$0, $1] } == model.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
        map.removeAll()
        #expect(map.isEmpty && map == OrderedMap())
    }
}
