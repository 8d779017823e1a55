#!/usr/bin/python3
"""A node of a call by GStreamer's webrtcbin; contrib/compare starts it. Python only feeds the pipeline."""

import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

from signalling import arguments, connect, read_whole, tell  # noqa: E402

# The numbers of the payloads: webrtcbin takes the next one for retransmission, and does not look whether sound has it.
SOUND = "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"
PICTURES = "video/x-raw,format=I420,width=640,height=360,framerate=30/1"
SEND_SOUND = (
    f'appsrc name=microphone is-live=true do-timestamp=true format=time caps="{SOUND}" ! queue ! '
    "opusenc bitrate=32000 audio-type=voice complexity=5 ! rtpopuspay pt=111 ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! webrtc. ")
SEND_PICTURES = (
    f'appsrc name=camera is-live=true do-timestamp=true format=time caps="{PICTURES}" ! queue ! '
    "vp8enc deadline=1 cpu-used=-8 threads=1 target-bitrate=600000 keyframe-max-dist=3000 end-usage=cbr "
    "error-resilient=default ! rtpvp8pay pt=96 picture-id-mode=15-bit ! "
    "application/x-rtp,media=video,encoding-name=VP8,payload=96 ! webrtc. ")
HEAR = ("queue ! rtpopusdepay ! opusdec plc=true ! audioconvert ! audioresample ! "
        f'capsfilter caps="{SOUND}" ! fdsink sync=false fd=')
SEE = ("queue ! rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec automatic-request-sync-points=true ! "
       f'videoconvert ! capsfilter caps="{PICTURES.rpartition(",")[0]}" ! fdsink sync=false fd=')


class Node:
    def __init__(self):
        self.is_caller, own, other, (self.microphone, self.ear, *pictures) = arguments()
        self.camera, self.screen = pictures or (None, None)
        self.pipeline = Gst.parse_launch(
            "webrtcbin name=webrtc bundle-policy=max-bundle " + SEND_SOUND + (SEND_PICTURES if pictures else ""))
        self.webrtc = self.pipeline.get_by_name("webrtc")
        self.webrtc.connect("on-ice-candidate", lambda _, line, text: self.send(line=line, candidate=text))
        self.webrtc.connect("pad-added", self.receive)
        self.webrtc.connect("notify::connection-state", self.changed)
        index = 0
        while transceiver := self.webrtc.emit("get-transceiver", index):
            transceiver.set_property("do-nack", index == 1)  # for pictures: it is no help to webrtcbin's sound
            index += 1
        self.channel = connect(self.is_caller, own, other)
        self.pipeline.set_state(Gst.State.PLAYING)
        threading.Thread(target=self.listen, daemon=True).start()

    def send(self, **message):
        self.channel.sendall(json.dumps(message).encode() + b"\n")

    def listen(self):
        for line in self.channel.makefile():
            GLib.idle_add(self.hear, json.loads(line))

    def hear(self, message):
        if "candidate" in message:
            self.webrtc.emit("add-ice-candidate", message["line"], message["candidate"])
            return
        _, sdp = GstSdp.sdp_message_new_from_text(message["sdp"])
        kind = GstWebRTC.WebRTCSDPType.ANSWER if self.is_caller else GstWebRTC.WebRTCSDPType.OFFER
        description = GstWebRTC.WebRTCSessionDescription.new(kind, sdp)
        done = None if self.is_caller else Gst.Promise.new_with_change_func(lambda _: self.describe("answer"))
        self.webrtc.emit("set-remote-description", description, done)

    def describe(self, kind):
        """Makes an offer or an answer, and sends it."""
        def made(promise):
            reply = promise.get_reply()  # it owns the description
            description = reply.get_value(kind)
            self.webrtc.emit("set-local-description", description, None)
            self.send(sdp=description.sdp.as_text())
        self.webrtc.emit(f"create-{kind}", None, Gst.Promise.new_with_change_func(made))

    def receive(self, _, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        is_sound = pad.get_current_caps().get_structure(0).get_string("media") == "audio"
        chain = HEAR + str(self.ear) if is_sound else SEE + str(self.screen)
        branch = Gst.parse_bin_from_description(chain, True)
        self.pipeline.add(branch)
        branch.sync_state_with_parent()
        pad.link(branch.get_static_pad("sink"))

    def changed(self, *_):
        if self.webrtc.get_property("connection-state") == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            tell("connected")
            self.feed("microphone", self.microphone, 1920)
            if self.camera is not None:
                self.feed("camera", self.camera, 640 * 360 * 3 // 2)

    def feed(self, name, descriptor, count):
        source = self.pipeline.get_by_name(name)

        def run():
            while len(block := read_whole(descriptor, count)) == count:
                source.emit("push-buffer", Gst.Buffer.new_wrapped(block))
        threading.Thread(target=run, daemon=True).start()


Gst.init(None)
node = Node()
loop = GLib.MainLoop()


def command():
    tell("ready")
    for line in sys.stdin:
        if line == "dial\n":
            GLib.idle_add(node.describe, "offer")
    GLib.idle_add(loop.quit)


threading.Thread(target=command, daemon=True).start()
loop.run()
node.pipeline.set_state(Gst.State.NULL)
