"""Writes through redis-py and keeps a journal of what the server acknowledged.

writer.py write PORT JOURNAL SEED   writes until the connection breaks
writer.py verify PORT JOURNAL       checks every acknowledged write

A journal line is "thread step": that thread's steps up to this one were
acknowledged. Everything else follows from thread and step, so verifying needs
no more.
"""
import random
import sys
import threading

import redis

THREADS = 8
KEYS = 4000  # of each thread
VALUE = 4096


def value(thread, step):
    return (b"%d:%d:" % (thread, step)) + random.Random(thread * 1_000_003 + step).randbytes(VALUE)


def key(thread, step):
    return "data:%d:%d" % (thread, step % KEYS)


def one_step(r, thread, step):
    """The commands of a step; each leaves a trace that verify can find."""
    pipe = r.pipeline(transaction=False)
    pipe.set(key(thread, step), value(thread, step))
    pipe.incr("count:%d" % thread)
    pipe.setbit("bits:%d" % thread, step, 1)
    if step % 16 == 0:
        pipe.mset({"a:%d" % thread: step, "b:%d" % thread: step})
    pipe.execute()


def write(port, journal, seed):
    lock = threading.Lock()
    with open(journal, "a", buffering=1) as out:

        def work(thread):
            r = redis.Redis(port=port)
            step = last_steps(journal).get(thread, -1) + 1
            try:
                # What was under way at the last crash may have been done or not.
                r.set("count:%d" % thread, step)
                while True:
                    one_step(r, thread, step)
                    with lock:
                        out.write("%d %d\n" % (thread, step))
                    step += 1
            except (redis.ConnectionError, redis.TimeoutError):
                return

        threads = [threading.Thread(target=work, args=(t,)) for t in range(THREADS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()


def last_steps(journal):
    steps = {}
    with open(journal) as f:
        for line in f:
            if line.endswith("\n"):
                thread, step = map(int, line.split())
                steps[thread] = step
    return steps


def verify(port, journal):
    r = redis.Redis(port=port)
    checked = 0
    for thread, last in last_steps(journal).items():
        for step in range(max(0, last - KEYS + 1), last + 1):
            got = r.get(key(thread, step))
            later = value(thread, last + 1) if (last + 1 - step) == KEYS else None
            assert got in (value(thread, step), later), "thread %d step %d of %d: %r" % (
                thread, step, last, got and got[:40])
            assert r.getbit("bits:%d" % thread, step) == 1, "bit of thread %d step %d" % (thread, step)
            checked += 1
        count = int(r.get("count:%d" % thread))
        assert count in (last + 1, last + 2), "thread %d: count %d after step %d" % (thread, count, last)
        a, b = r.mget("a:%d" % thread, "b:%d" % thread)
        assert a == b and int(a) in (last // 16 * 16, last // 16 * 16 + 16), "thread %d: %s %s" % (thread, a, b)
    print("checked %d writes" % checked)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        verify(int(sys.argv[2]), sys.argv[3])
