"""The garbage collector in a process that lasts: a web server's, or a worker's."""

import gc


def leave_out_what_stays(**_signal: object) -> None:
    """Let the collector pass by all that is loaded by now, and come less often.

    Walking through it again would hold up a page for a tenth of a second every few dozen, and is a fifth of
    what the digests of a large company cost. A page and a mail make thousands of objects, none in cycles.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
