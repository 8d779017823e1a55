import Basics
import Testing

@Suite struct IPAddressTests {
    // RFC 5952 §4 and §5.
    @Test(arguments: [
        ("2001:db8::1", "2001:db8::1"), ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1::", "1::"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
    ])
    func everyLegalTextHasOneCanonicalForm(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.+4", "1.2.3.4 ", "1..3.4", ":", ":::", "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::", "::1.2.3", "1.2.3.4::", "fe80::1%1",
        "::+1", "[::1]", "example.org", "::1.2.3.4:5",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func bytesAreThoseOfTheWire() throws {
        let v4 = try #require(IPAddress("192.0.2.1")), v6 = try #require(IPAddress("2001:db8::1"))
        #expect(v4.bytes == [192, 0, 2, 1] && IPAddress(bytes: v4.bytes) == v4)
        #expect(v6.bytes.count == 16 && IPAddress(bytes: v6.bytes) == v6 && IPAddress(bytes: [1, 2, 3]) == nil)
        #expect(v4 < v6)
    }

    @Test(arguments: [
        ("127.0.0.1", "loopback"), ("127.255.0.1", "loopback"), ("::1", "loopback"), ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"), ("::", "unspecified"), ("224.0.0.1", "multicast"), ("239.255.255.255", "multicast"),
        ("ff02::1", "multicast"), ("255.255.255.255", "broadcast"), ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"), ("febf::1", "link-local"), ("10.1.2.3", "private"), ("172.16.0.1", "private"),
        ("172.31.255.255", "private"), ("192.168.0.1", "private"), ("100.64.0.1", "private"), ("fd00::1", "private"),
        ("172.32.0.1", "public"), ("100.128.0.1", "public"), ("8.8.8.8", "public"), ("2001:db8::1", "public"),
        ("fec0::1", "public"), ("240.0.0.1", "public"),
    ])
    func rangesAreTold(text: String, range: String) throws {
        let address = try #require(IPAddress(text))
        let ranges = [
            ("loopback", address.isLoopback), ("unspecified", address.isUnspecified),
            ("multicast", address.isMulticast), ("broadcast", address.isBroadcast),
            ("link-local", address.isLinkLocal), ("private", address.isPrivate),
        ]
        #expect(ranges.filter(\.1).map(\.0) == (range == "public" ? [] : [range]))
    }

    @Test func socketAddressesAreReadAsTheyAreWritten() throws {
        for text in ["192.0.2.1:4500", "[2001:db8::1]:65535", "[::1]:0"] {
            #expect(SocketAddress(text)?.description == text)
        }
        for text in [
            "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:+1", "[192.0.2.1]:1", "::1:1", "a:1", ":1",
        ] {
            #expect(SocketAddress(text) == nil, "\(text)")
        }
    }
}
