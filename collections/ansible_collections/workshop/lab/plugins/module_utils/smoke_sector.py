"""The smallest guest there is: a boot sector that says one line on the first serial port and halts.

A PC's BIOS loads the first 512 bytes of a floppy to 0000:7C00 and jumps there when they end in 55 AA. The processor is in real mode: 16-bit code, ports
reached directly. COM1 is at port 3F8: +0 data, +1 divisor's high byte, +3 line control, +5 line status, whose bit 5 is "the transmitter takes a byte".
"""

LINE = "workshop smoke test: this VM runs"
FLOPPY = 1474560  # bytes of a 1.44 MB floppy; VirtualBox refuses images of other sizes
ORIGIN = 0x7C00

# Bytes, each line one instruction.
SET_UP = bytes(bytearray([
    0xFA,              # cli             no interrupt: nothing of ours would answer it
    0x31, 0xC0,        # xor ax, ax
    0x8E, 0xD8,        # mov ds, ax      the text's segment is 0
    0xFC,              # cld             lodsb goes upwards
    0xBA, 0xFB, 0x03,  # mov dx, 3FB     line control
    0xB0, 0x80,        # mov al, 80      the next two ports are the divisor
    0xEE,              # out dx, al
    0xBA, 0xF8, 0x03,  # mov dx, 3F8     divisor 1: 115200 baud
    0xB0, 0x01,        # mov al, 1
    0xEE,              # out dx, al
    0x42,              # inc dx          3F9, its high byte
    0xB0, 0x00,        # mov al, 0
    0xEE,              # out dx, al
    0xBA, 0xFB, 0x03,  # mov dx, 3FB     8 bits, no parity, one stop bit; the ports are data again
    0xB0, 0x03,        # mov al, 3
    0xEE,              # out dx, al
]))
SPEAK = bytes(bytearray([
    0xAC,              # next: lodsb             the text's next byte
    0x84, 0xC0,        #       test al, al       0 ends it
    0x74, 0x12,        #       jz stop
    0x88, 0xC4,        #       mov ah, al
    0xBA, 0xFD, 0x03,  #       mov dx, 3FD       line status
    0xEC,              # wait: in al, dx
    0xA8, 0x20,        #       test al, 20       does the transmitter take a byte? Without waiting bytes get lost
    0x74, 0xFB,        #       jz wait
    0xBA, 0xF8, 0x03,  #       mov dx, 3F8
    0x88, 0xE0,        #       mov al, ah
    0xEE,              #       out dx, al
    0xEB, 0xE9,        #       jmp next
    0xF4,              # stop: hlt               for good: interrupts are off
    0xEB, 0xFD,        #       jmp stop          but for the one that cannot be switched off
]))


def sector(line=LINE):
    """Return the 512 bytes that say ``line`` (ASCII)."""
    text = line.encode("ascii") + b"\r\n\0"
    place = ORIGIN + len(SET_UP) + 3 + len(SPEAK)
    code = SET_UP + bytes(bytearray([0xBE, place & 0xFF, place >> 8])) + SPEAK + text  # BE: mov si, the text's address
    if len(code) > 510:
        raise ValueError("the line is too long for a boot sector")
    return code + b"\0" * (510 - len(code)) + b"\x55\xAA"
