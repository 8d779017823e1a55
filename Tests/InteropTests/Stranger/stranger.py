#!/usr/bin/python3
"""A second implementation of Parley's wire, written from Docs/PROTOCOL.md: it becomes a contact of a running daemon and
they call each other.

    stranger.py SOCKET      the control socket of a daemon that has no identity yet; its last address is spoken to
"""

import sys

import scenes
from control import Control
from device import Device
from names import Identity


def main():
    control = Control(sys.argv[1])
    device = Device(Identity("Stranger"), control)
    session, invite = scenes.pair(device, control)
    scenes.ping(device, control, session)
    scenes.call(device, control, session)
    scenes.rekey(device, session, invite)
    scenes.call(device, control, session)
    session = scenes.renew(device, session, invite)
    scenes.answer(device, control, session)
    scenes.reject(device, control, session)
    scenes.cross(device, control, session)
    session = scenes.be_reached(device, control, session, invite)
    scenes.call(device, control, session)
    drops = control.call(device, "daemon.status")["drops"]
    assert not any(drops.values()), drops
    scenes.say("all of it")


main()
