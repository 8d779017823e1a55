import ControlAPI
import Testing

@Suite struct PlacesTests {
    @Test func parleyHomeHoldsEverything() throws {
        let places = try #require(
            Places(environment: ["PARLEY_HOME": "/p", "XDG_RUNTIME_DIR": "/run/user/1", "HOME": "/h"]))
        #expect(places.socket == "/p/run/parley.sock" && places.configurationFile == "/p/config/parley.json5")
        #expect(places.state == "/p/state" && places.data == "/p/data" && places.runtime == "/p/run")
    }

    @Test func otherwiseTheBaseDirectoriesDo() throws {
        let bare = try #require(Places(environment: ["HOME": "/h", "XDG_RUNTIME_DIR": "/run/user/1"]))
        #expect(bare.socket == "/run/user/1/parley/parley.sock" && bare.state == "/h/.local/state/parley")
        #expect(bare.configurationFile == "/h/.config/parley/parley.json5" && bare.data == "/h/.local/share/parley")
        let named = try #require(
            Places(environment: [
                "HOME": "/h", "XDG_STATE_HOME": "/s", "XDG_CONFIG_HOME": "relative", "PARLEY_HOME": "",
            ]))
        #expect(named.state == "/s/parley" && named.configuration == "/h/.config/parley")
        #expect(named.socket == "/s/parley/run/parley.sock")
    }

    @Test func whatTheCommandLineSaysComesFirst() throws {
        let environment = ["PARLEY_HOME": "/p", "PARLEY_SOCKET": "/e.sock"]
        #expect(Places(environment: environment)?.socket == "/e.sock")
        #expect(Places(environment: environment, home: "/q", socket: "/s")?.socket == "/s")
        #expect(Places(environment: environment, home: "/q")?.state == "/q/state")
    }

    @Test func withoutAnyHintThereIsNoPlace() {
        #expect(Places(environment: [:]) == nil && Places(environment: [:], home: "/p") != nil)
    }
}
