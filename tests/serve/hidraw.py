"""Puts keys behind /dev/hidraw0, /dev/hidraw1, ... of one program, with umockdev.

    umockdev-wrapper /usr/bin/python3 hidraw.py SOCKET... -- PROGRAM ARGUMENT...

A key is reached over a Unix socket: 65 bytes a report to it, 64 from it; one that hangs up is pulled
out. PROGRAM sees the nodes, and the USB devices above them, in its own /sys and /dev; this ends as it
ends, with its exit status. Ctrl-C at its terminal is PROGRAM's alone.

GLASSKEY_REPORT_MS: milliseconds that each report takes on its way, none at a time but its key's own.
GLASSKEY_UNPLUG_MS: after so many milliseconds the first key is pulled out.
GLASSKEY_HANDS: a Unix socket of somebody whose hands plug keys in and pull them out: lines "plug SOCKET
SERIAL", "pull" (every key) and, once, "go", which starts PROGRAM; each is answered by "done".
GLASSKEY_HANDLES: a file that gets, node by node, how many handles were open on it at the same time.
"""

import collections
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import termios
import tty

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev

# CTAP 2.1 section 11.2.8.2, the example.
REPORT_DESCRIPTOR = bytes.fromhex(
    "06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0"
)
VENDOR, PRODUCT = 0x1209, 0x0001
NAME = "glasskey glasskey rehearsal key"

DESCRIPTION = """\
P: /devices/usb1/1-{port}
N: bus/usb/001/{port:03}
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: PRODUCT=1209/1/100
A: idVendor=1209\\n
A: idProduct=0001\\n
A: bcdDevice=0100\\n
A: manufacturer=glasskey\\n
A: product=glasskey rehearsal key\\n
A: serial={serial}\\n

P: /devices/usb1/1-{port}/1-{port}:1.0
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
E: PRODUCT=1209/1/100
A: bInterfaceNumber=00\\n

P: /devices/usb1/1-{port}/1-{port}:1.0/0003:1209:0001.000{port}
E: SUBSYSTEM=hid
E: HID_ID=0003:00001209:00000001
E: HID_NAME={name}
E: HID_PHYS=usb-0000:00:14.0-{port}/input0
E: HID_UNIQ={serial}
H: report_descriptor={descriptor}

P: /devices/usb1/1-{port}/1-{port}:1.0/0003:1209:0001.000{port}/hidraw/hidraw{number}
N: hidraw{number}
E: SUBSYSTEM=hidraw
E: DEVNAME=/dev/hidraw{number}
L: device=../../../0003:1209:0001.000{port}
"""


class Ioctls(UMockdev.IoctlBase):
    """What the kernel's hidraw driver answers."""

    def __init__(self, serial):
        super().__init__()
        self.serial = serial

    def do_handle_ioctl(self, client):
        request = client.get_request()
        kind, size = request & 0xFFFF, request >> 16 & 0x3FFF
        descriptor = REPORT_DESCRIPTOR
        answers = {
            0x4801: struct.pack("=i", len(descriptor)),
            0x4802: struct.pack("=I", len(descriptor)) + descriptor,
            0x4803: struct.pack("=IHH", 3, VENDOR, PRODUCT),
            0x4804: NAME.encode() + b"\0",
            0x4805: b"usb-0000:00:14.0/input0\0",
            0x4808: self.serial.encode() + b"\0",
        }
        if kind not in answers:
            client.complete(-1, 22)
            return True
        answer = answers[kind][:size]
        client.get_arg().resolve(0, size).update(0, answer)
        client.complete(len(answer) if kind >= 0x4804 else 0, 0)
        return True


class Handles:
    """Counts how many handles a program has open on a node, by the kernel's own word.

    The kernel makes one of equal events in a row, so reports are watched too, and all is read at once.
    """

    IN_MODIFY, IN_OPEN, IN_CLOSE, IN_Q_OVERFLOW = 0x2, 0x20, 0x18, 0x4000

    def __init__(self, node):
        libc = ctypes.CDLL(None, use_errno=True)
        self.now = self.most = 0
        self.events = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        mask = self.IN_MODIFY | self.IN_OPEN | self.IN_CLOSE
        if libc.inotify_add_watch(self.events, node.encode(), mask) < 0:
            raise OSError(ctypes.get_errno(), node)
        GLib.unix_fd_add_full(0, self.events, GLib.IOCondition.IN, self.count)

    def count(self, *_):
        """Takes in what has happened."""
        try:
            piece = os.read(self.events, 1 << 16)
        except BlockingIOError:
            return True
        while piece:
            _, mask, _, length = struct.unpack_from("=iIII", piece)
            piece = piece[16 + length :]
            if mask & self.IN_Q_OVERFLOW:
                raise OverflowError("too many events")
            self.now += bool(mask & self.IN_OPEN) - bool(mask & self.IN_CLOSE)
            self.most = max(self.most, self.now)
        return True


class Carrier:
    """Carries reports of one size one way, each as long as a report takes."""

    def __init__(self, size, target):
        self.size, self.target = size, target
        self.millis = int(os.environ.get("GLASSKEY_REPORT_MS", "0"))
        self.heard = b""
        self.waiting = collections.deque()

    def take(self, piece):
        if not self.millis:
            os.write(self.target, piece)
            return
        self.heard += piece
        while len(self.heard) >= self.size:
            self.waiting.append(self.heard[: self.size])
            self.heard = self.heard[self.size :]
            if len(self.waiting) == 1:
                GLib.timeout_add(self.millis, self.arrive)

    def arrive(self):
        os.write(self.target, self.waiting.popleft())
        return bool(self.waiting)


class Node:
    """The key at a socket, behind a node."""

    def __init__(self, testbed, number, path, serial):
        self.testbed, self.number = testbed, number
        self.link = socket.socket(socket.AF_UNIX)
        self.link.connect(path)
        testbed.add_from_string(
            DESCRIPTION.format(
                port=number + 1,
                number=number,
                serial=serial,
                name=NAME,
                descriptor=REPORT_DESCRIPTOR.hex().upper(),
            )
        )
        node = f"/dev/hidraw{number}"
        self.ioctls = Ioctls(serial)
        testbed.attach_ioctl(node, self.ioctls)
        self.near = near = testbed.get_dev_fd(node)
        far = self.link.fileno()
        tty.setraw(near)
        modes = termios.tcgetattr(near)
        modes[6][termios.VMIN] = 64  # whole reports only, as from a hidraw node
        termios.tcsetattr(near, termios.TCSANOW, modes)
        self.handles = Handles(node)
        self.sources = {}
        self.watch(near, Carrier(65, far), self.rest)
        self.watch(far, Carrier(64, near), self.pull)

    def watch(self, source, carrier, ended):
        """Carries what comes; calls `ended` where nobody is at the other end."""

        def carry(_, condition):
            try:
                piece = os.read(source, 4096) if condition & GLib.IOCondition.IN else b""
            except OSError:
                piece = b""
            if piece:
                carrier.take(piece)
                return True
            self.sources.pop(source)
            ended(source, carrier)
            return False

        condition = GLib.IOCondition.IN | GLib.IOCondition.HUP
        self.sources[source] = GLib.unix_fd_add_full(0, source, condition, carry)

    def rest(self, source, carrier):
        """Nobody has the node open: looks again in a moment."""

        def again():
            self.watch(source, carrier, self.rest)
            return False

        self.sources[source] = GLib.timeout_add(2, again)

    def pull(self, *_):
        """Pulls the key out: its node and the devices above it are gone."""
        for source in self.sources.values():
            GLib.source_remove(source)
        if self.near is not None:
            usb = f"/sys/devices/usb1/1-{self.number + 1}"
            interface = f"{usb}/1-{self.number + 1}:1.0"
            hid = f"{interface}/0003:1209:0001.000{self.number + 1}"
            for path in (f"{hid}/hidraw/hidraw{self.number}", hid, interface, usb):
                self.testbed.remove_device(path)
            os.unlink(f"{self.testbed.get_root_dir()}/dev/hidraw{self.number}")
            os.close(self.near)  # whoever has the node open hears that it hung up
            self.link.close()
        self.sources, self.near = {}, None
        return False


class Hands:
    """Somebody who plugs keys in and pulls them out."""

    def __init__(self, testbed, nodes, path):
        self.testbed, self.nodes = testbed, nodes
        self.link = socket.socket(socket.AF_UNIX)
        self.link.connect(path)
        self.lines = self.link.makefile("r", encoding="utf-8")
        while self.act() != "go":
            pass
        GLib.unix_fd_add_full(
            0, self.link.fileno(), GLib.IOCondition.IN, lambda *_: bool(self.act())
        )

    def act(self):
        """Does what one line says; the next comes only after the answer to it."""
        words = self.lines.readline().split()
        if words[:1] == ["plug"]:
            self.nodes.append(Node(self.testbed, len(self.nodes), *words[1:]))
        elif words == ["pull"]:
            for node in self.nodes:
                node.pull()
        if words:
            self.link.sendall(b"done\n")
        return " ".join(words)


def main():
    at = sys.argv.index("--")
    sockets, program = sys.argv[1:at], sys.argv[at + 1 :]
    testbed = UMockdev.Testbed.new()
    nodes = [Node(testbed, number, path, str(7 + number)) for number, path in enumerate(sockets)]
    hands = None
    if "GLASSKEY_HANDS" in os.environ:
        hands = Hands(testbed, nodes, os.environ["GLASSKEY_HANDS"])
    signal.signal(signal.SIGINT, lambda *_: None)
    loop = GLib.MainLoop()
    status = []
    child = subprocess.Popen(program)

    def ended():
        if child.poll() is None:
            return True
        status.append(child.returncode)
        loop.quit()
        return False

    if "GLASSKEY_UNPLUG_MS" in os.environ:
        GLib.timeout_add(int(os.environ["GLASSKEY_UNPLUG_MS"]), nodes[0].pull)
    GLib.timeout_add(2, ended)
    loop.run()
    if "GLASSKEY_HANDLES" in os.environ:
        with open(os.environ["GLASSKEY_HANDLES"], "w", encoding="ascii") as file:
            for node in nodes:
                node.handles.count()
                file.write(f"{node.handles.most}\n")
    del nodes, hands
    sys.exit(status[0] if status[0] >= 0 else 128 - status[0])  # as a shell says a signal


main()
