#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
#   manifest.py PROGRAM
# Prints the manifest of a Windows program: resource 1 of type RT_MANIFEST, which is the only one that Windows reads.
import struct
import sys

RT_MANIFEST = 24
RESOURCE_DIRECTORY = 2  # of the optional header's data directories
DIRECTORY = 0x80000000  # an entry that leads to a directory and not to data


def main():
    image = open(sys.argv[1], 'rb').read()
    header = struct.unpack_from('<I', image, 0x3C)[0]
    sections, optional_size = struct.unpack_from('<6xH12xH', image, header)
    optional = header + 24
    place = struct.unpack_from('<I', image, optional + 112 + 8 * RESOURCE_DIRECTORY)[0]

    def offset(address):
        for i in range(sections):
            size, start, _, raw = struct.unpack_from('<IIII', image, optional + optional_size + 40 * i + 8)
            if start <= address < start + size:
                return raw + address - start
        sys.exit('no section holds %#x' % address)

    root = offset(place)

    def find(directory, wanted):  # None: the first one
        names, numbers = struct.unpack_from('<12xHH', image, root + directory)
        for i in range(names + numbers):
            key, child = struct.unpack_from('<II', image, root + directory + 16 + 8 * i)
            if wanted is None or key == wanted:
                return child & ~DIRECTORY
        sys.exit('no such resource')

    data = find(find(find(0, RT_MANIFEST), 1), None)
    address, size = struct.unpack_from('<II', image, root + data)
    sys.stdout.buffer.write(image[offset(address):offset(address) + size])


main()
