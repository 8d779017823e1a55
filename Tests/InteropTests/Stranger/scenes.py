"""What two people do: scenes that a script plays with a daemon."""

import os

from handshake import Initiation
from names import Invite

OFFER, RINGING, ACCEPT, REJECT, END, MUTE, SOURCE = range(16, 23)
AUDIO = 1


def say(text):
    print(text, flush=True)


def message(session, kind):
    """The first message of a kind that was not looked at."""
    for place, found in enumerate(session.messages):
        if found[0] == kind:
            return session.messages.pop(place)


def expect(device, session, kind, limit=10.0):
    found = []
    device.pump(lambda: found or found.extend(filter(None, [message(session, kind)])) or found, limit)
    return found[0]


def pair(device, control):
    control.call(device, "identity.create", name="Daemon", unprotected=True)
    control.call(device, "events.subscribe")
    invite = Invite(control.call(device, "invite.create")["code"])
    host, port = control.call(device, "daemon.status")["listen"][-1].rsplit(":", 1)
    session, person, name = device.connect((host, int(port)), invite.static, invite=invite)
    assert person == invite.person and name == "Daemon"
    session.say({0: 1})  # paired: the contact is kept in memory
    expect(device, session, 1)
    expect(device, session, 2)
    device.pairing = session.current.pairing
    control.wait(device, "contact.added")
    control.wait(device, "invite.used")
    contacts = control.call(device, "contact.list")["contacts"]
    assert [(one["peer"], one["name"], one["level"]) for one in contacts] == [(device.identity.peer, "Stranger", "L1")]
    say("paired")
    return session, invite


def ping(device, control, session):
    token = session.challenge()
    device.pump(lambda: token in session.answers)
    answer = control.call(device, "net.ping", peer="Stranger", count=3, interval_ms=20)
    assert answer["received"] == 3 and {one["kind"] for one in answer["results"]} == {"host"}, answer
    say("ping in both directions")


def echo(device, session, ssrc, count):
    """Sends back what comes as sound of our own, until the other side has sent `count` packets."""
    sequence = int.from_bytes(os.urandom(2), "big")
    done = 0

    def turn():
        nonlocal done
        for packet in session.media[done:]:
            assert packet[0] == 0x80 and packet[1] & 0x7F == 111 and len(packet) == 12 + 80, packet[:12].hex()
            number = (sequence + done) % 2**16
            session.send(
                packet[:2] + number.to_bytes(2, "big") + packet[4:8] + ssrc.to_bytes(4, "big") + packet[12:])
            done += 1
        return done >= count

    device.pump(turn)


def checked_media(session, ssrc):
    """All packets came from the announced source, in a row."""
    assert {packet[8:12] for packet in session.media} == {ssrc.to_bytes(4, "big")}
    numbers = [int.from_bytes(packet[2:4], "big") for packet in session.media]
    stamps = [int.from_bytes(packet[4:8], "big") for packet in session.media]
    assert all((b - a) % 2**16 == 1 for a, b in zip(numbers, numbers[1:])), numbers
    assert all((b - a) % 2**32 == 960 for a, b in zip(stamps, stamps[1:])), stamps
    assert session.media[0][1] & 0x80, "the marker stands on the first packet"
    session.media.clear()


def call(device, control, session):
    """We call, the daemon answers, both are heard, we mute, unmute and hang up."""
    control.events.clear()
    call_id, ssrc = os.urandom(16), int.from_bytes(os.urandom(4), "big")
    session.say({0: OFFER, 1: call_id, 2: 30_000, 3: [[AUDIO, ssrc]]})
    assert expect(device, session, RINGING)[1] == call_id
    incoming = control.wait(device, "call.incoming")
    assert incoming["level"] == "L1"
    control.call(device, "call.answer", call=incoming["call"], sources=["test:tone"], sinks=["null:"])
    accept = expect(device, session, ACCEPT)
    assert accept[1] == call_id
    [[kind, theirs]] = accept[3]
    assert kind == AUDIO
    assert expect(device, session, SOURCE) == {0: SOURCE, 1: call_id, 5: AUDIO, 6: True}
    session.say({0: SOURCE, 1: call_id, 5: AUDIO, 6: True})
    echo(device, session, ssrc, 50)
    assert control.wait(device, "call.media_started")["call"] == incoming["call"]
    checked_media(session, theirs)
    for muted in (True, False):
        session.say({0: MUTE, 1: call_id, 5: AUDIO, 6: muted})
        assert control.wait(device, "call.muted")["muted"] is muted
    session.say({0: END, 1: call_id, 4: 1})
    ended = control.wait(device, "call.ended")
    assert ended["outcome"] == "remote_hangup" and ended["audio"]["received"] >= 50, ended
    assert ended["audio"]["lost"] == 0, ended
    say("call, sound both ways, mute, hang up")


def rekey(device, session, invite):
    """A new key through the session, which continues the chain."""
    before = session.current
    device.attempt = Initiation(
        device.identity, invite.static, pairing=device.pairing, resume=before.resume, epoch=before.epoch + 1)
    session.say({0: 3, 1: device.attempt.packet})
    device.pump(lambda: session.current is not before)
    token = session.challenge()
    device.pump(lambda: token in session.answers)
    device.pump(lambda: session.is_settled)
    say("rekey through the session")


def cross(device, control, session):
    """Both call at once. Ours has the lower id: the daemon takes its own call for the answer to ours."""
    control.events.clear()
    started = control.call(device, "call.start", to="Stranger", sources=["test:tone"], sinks=["null:"])["call"]
    offer = expect(device, session, OFFER)
    ours = bytes(16)
    assert ours < offer[1]
    session.say({0: OFFER, 1: ours, 2: 30_000, 3: [[AUDIO, 7]]})
    assert expect(device, session, ACCEPT)[1] == ours
    assert control.wait(device, "call.connected")["call"] == started
    session.say({0: END, 1: ours, 4: 1})
    assert control.wait(device, "call.ended")["outcome"] == "remote_hangup"
    say("crossing offers")


def answer(device, control, session):
    """The daemon calls; we ring, accept, hear it, and it hangs up."""
    control.events.clear()
    started = control.call(device, "call.start", to="Stranger", sources=["test:tone"], sinks=["null:"])["call"]
    offer = expect(device, session, OFFER)
    assert 0 < offer[2] <= 60_000
    session.media.clear()
    session.say({0: RINGING, 1: offer[1]})
    assert control.wait(device, "call.ringing")["call"] == started
    assert not session.media, "nothing may be sent before the answer"
    ssrc = int.from_bytes(os.urandom(4), "big")
    session.say({0: ACCEPT, 1: offer[1], 3: [[AUDIO, ssrc]]})
    assert control.wait(device, "call.connected")["call"] == started
    echo(device, session, ssrc, 25)
    checked_media(session, offer[3][0][1])
    control.call(device, "call.end", call=started)
    end = expect(device, session, END)
    assert (end[1], end[4]) == (offer[1], 1), end
    assert control.wait(device, "call.ended")["outcome"] == "hangup"
    say("called by the daemon, which hangs up")


def reject(device, control, session):
    started = control.call(device, "call.start", to="Stranger", sources=["test:tone"], sinks=["null:"])["call"]
    offer = expect(device, session, OFFER)
    session.say({0: REJECT, 1: offer[1], 4: 3})
    ended = control.wait(device, "call.ended")
    assert (ended["call"], ended["outcome"]) == (started, "declined")
    say("declined")


def renew(device, session, invite):
    """As after a crash: a session without a chain, on the pairing secret alone."""
    fresh, person, _ = device.connect(session.address, invite.static, pairing=device.pairing)
    assert person == invite.person
    token = fresh.challenge()
    device.pump(lambda: token in fresh.answers)
    device.sessions = [fresh]
    say("a new session on the pairing secret")
    return fresh


def be_reached(device, control, session, invite):
    """We say goodbye; the daemon finds us again, and is the one who begins."""
    session.say({0: 5})
    device.pump(lambda: control.call(device, "daemon.status")["sessions"] == 0)
    device.sessions, device.accepts = [], True
    number = control.ask("call.start", to="Stranger", sources=["test:tone"], sinks=["null:"])
    device.pump(lambda: device.sessions and number in control.answers, 15)
    assert device.count["answered"] == 1
    fresh = device.sessions[0]
    offer = expect(device, fresh, OFFER)
    fresh.say({0: REJECT, 1: offer[1], 4: 4})
    assert control.wait(device, "call.ended")["outcome"] == "busy"
    say("reached by the daemon")
    return fresh
