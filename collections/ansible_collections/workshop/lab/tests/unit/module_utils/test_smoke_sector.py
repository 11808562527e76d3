"""The boot sector, run by a processor of a dozen instructions: what it says on COM1 is what was asked for."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import smoke_sector

COM1 = 0x3F8


class Machine:
    """As much of a PC as the sector uses. The transmitter is busy for ``slow`` looks after each byte; a byte written while it is busy is lost."""

    def __init__(self, sector, slow):
        self.memory = {0x7C00 + place: byte for place, byte in enumerate(sector)}
        self.ip, self.ax, self.dx, self.si, self.ds, self.zero, self.halted = 0x7C00, 0x1234, 0, 0, 0x55, False, False
        self.slow, self.busy, self.said, self.divisor, self.line = slow, 0, bytearray(), {}, 0

    def fetch(self):
        """The next byte of the code."""
        self.ip += 1
        return self.memory[self.ip - 1]

    def word(self):
        """The next two."""
        low = self.fetch()
        return low | self.fetch() << 8

    def jump(self, wanted):
        """A short jump."""
        by = self.fetch()
        if wanted:
            self.ip += by - 256 if by > 127 else by

    def write(self, port, byte):
        """The serial port's registers."""
        if port == COM1 + 3:
            self.line = byte
        elif self.line & 0x80:
            self.divisor[port - COM1] = byte
        elif port == COM1 and not self.busy:
            self.said.append(byte)
            self.busy = self.slow

    def read(self, port):
        """Line status: bit 5 says that a byte is taken."""
        assert port == COM1 + 5, hex(port)
        self.busy = max(0, self.busy - 1)
        return 0 if self.busy else 0x20

    def step(self):
        """One instruction."""
        code = self.fetch()
        if code in (0xFA, 0xFC):
            return
        if code == 0x31:
            assert self.fetch() == 0xC0
            self.ax = 0
        elif code == 0x8E:
            assert self.fetch() == 0xD8
            self.ds = self.ax
        elif code == 0xBA:
            self.dx = self.word()
        elif code == 0xBE:
            self.si = self.word()
        elif code == 0x42:
            self.dx += 1
        elif code == 0xB0:
            self.ax = self.ax & 0xFF00 | self.fetch()
        elif code == 0xEE:
            self.write(self.dx, self.ax & 0xFF)
        elif code == 0xEC:
            self.ax = self.ax & 0xFF00 | self.read(self.dx)
        elif code == 0xAC:
            self.ax = self.ax & 0xFF00 | self.memory[self.ds * 16 + self.si]
            self.si += 1
        elif code == 0x84:
            assert self.fetch() == 0xC0
            self.zero = self.ax & 0xFF == 0
        elif code == 0xA8:
            self.zero = not self.ax & self.fetch()
        elif code == 0x88:
            self.ax = {0xC4: self.ax & 0xFF | (self.ax & 0xFF) << 8, 0xE0: self.ax & 0xFF00 | self.ax >> 8}[self.fetch()]
        elif code == 0x74:
            self.jump(self.zero)
        elif code == 0xEB:
            self.jump(True)
        elif code == 0xF4:
            self.halted = True
        else:
            raise AssertionError("no such instruction here: %02X at %04X" % (code, self.ip - 1))


@pytest.mark.parametrize("slow", [1, 7])
def test_it_speaks(slow):
    """Every byte arrives, also where the transmitter is slow; then it halts, and halts again when something wakes it."""
    machine = Machine(smoke_sector.sector(), slow)
    for _ in range(5000):
        machine.step()
        if machine.halted:
            break
    assert machine.said.decode("ascii") == smoke_sector.LINE + "\r\n"
    assert machine.divisor == {0: 1, 1: 0}, "not 115200 baud"
    assert machine.line == 3, "not 8 bits without parity"
    machine.halted = False
    machine.step()
    machine.step()
    assert machine.halted
    assert len(machine.said) == len(smoke_sector.LINE) + 2


def test_it_is_a_boot_sector():
    """512 bytes with the mark that the BIOS looks for."""
    made = smoke_sector.sector("x")
    assert len(made) == 512
    assert made[510:] == b"\x55\xaa"


def test_a_long_line_is_refused():
    """It would overwrite the mark."""
    with pytest.raises(ValueError, match="too long"):
        smoke_sector.sector("x" * 460)
