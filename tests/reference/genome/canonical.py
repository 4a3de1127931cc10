"""The canonical form of genomes and its hash, written from the layout that `Genome::canonical` documents.

    pip install blake3==1.0.11
    python tests/reference/genome/canonical.py

prints for each genome of host/genome/tests/canonical.rs its bytes in hex and its hash.
"""

from struct import pack

from blake3 import blake3

# Places in the lists of the layout.
FIXED_STOP, TRAILING_STOP, TAKE_PROFIT, TIME_STOP, SIGNAL_EXIT = 0, 3, 5, 7, 10
INCLUSIVE, STRICT, NONE = 0, 1, 2
TARGET_BY_STOP = 0


def canonical(parameters, exits, combine, ties):
    form = b"seedbed-genome/1" + pack("<I", len(parameters)) + pack(f"<{len(parameters)}d", *parameters)
    form += pack("<B", len(exits))
    for mechanism, touch, free in exits:
        form += pack("<BBB", mechanism, touch, sum(1 << place for place in free))
        form += pack(f"<{len(free)}d", *free.values())
    form += pack("<BB", combine, sum(1 << tie for tie in ties))
    return form + pack(f"<{len(ties)}d", *ties.values())


GENOMES = {
    "plain": canonical(
        [12.0, 26.0, 1.0, 0.005],
        [(FIXED_STOP, INCLUSIVE, {0: 0.1}), (TRAILING_STOP, STRICT, {0: 0.05, 1: 0.1})],
        0,
        {},
    ),
    # The target is derived, so that only its mechanism is written.
    "related": canonical(
        [],
        [
            (FIXED_STOP, INCLUSIVE, {0: 0.1}),
            (TAKE_PROFIT, INCLUSIVE, {}),
            (TIME_STOP, NONE, {0: 10.0}),
            (SIGNAL_EXIT, NONE, {0: 0.1}),
        ],
        2,
        {TARGET_BY_STOP: 2.5},
    ),
}

for name, form in GENOMES.items():
    print(name, form.hex(), blake3(form).hexdigest())
