"""A bank on redis-py: threads move money with WATCH and MULTI, auditors read
all accounts in one MULTI.

bank.py run PORT JOURNAL    moves money until the connection breaks
bank.py verify PORT JOURNAL checks the sum and every acknowledged transfer
bank.py open PORT           makes the accounts

Each transfer also appends its number to a list and counts in a hash, in the
same MULTI: if any part of it is there all of it must be.
"""
import random
import sys
import threading

import redis

THREADS = 8
AUDITORS = 2
ACCOUNTS = 40
START = 1000


def account(n):
    return "account:%d" % n


def transfer(r, rng, thread, step):
    """Moves money between two accounts; tells whether it got through."""
    a, b = rng.sample(range(ACCOUNTS), 2)
    try:
        with r.pipeline() as pipe:
            pipe.watch(account(a), account(b))
            have = int(pipe.get(account(a)))
            amount = rng.randint(0, have)
            pipe.multi()
            pipe.decrby(account(a), amount)
            pipe.incrby(account(b), amount)
            pipe.rpush("done:%d" % thread, step)
            pipe.hincrby("count", thread, 1)
            pipe.set("last:%d" % thread, step, px=10_000_000)
            pipe.execute()
            return True
    except redis.WatchError:  # also what a connection that breaks is called while something is watched
        return False


def total(r):
    with r.pipeline() as pipe:
        for n in range(ACCOUNTS):
            pipe.get(account(n))
        return sum(map(int, pipe.execute()))


def run(port, journal):
    lock = threading.Lock()
    failures = []
    with open(journal, "a", buffering=1) as out:

        def work(thread):
            r = redis.Redis(port=port)
            rng = random.Random()
            try:
                step = int(r.get("last:%d" % thread) or 0) + 1
                while True:
                    if transfer(r, rng, thread, step):
                        with lock:
                            out.write("%d %d\n" % (thread, step))
                        step += 1
            except (redis.ConnectionError, redis.TimeoutError):
                return
            except Exception as e:  # noqa: BLE001 - whatever it is, the test fails
                failures.append(repr(e))

        def audit():
            r = redis.Redis(port=port)
            try:
                while True:
                    got = total(r)
                    if got != ACCOUNTS * START:
                        failures.append("an auditor sees %d" % got)
                        return
            except (redis.ConnectionError, redis.TimeoutError):
                return

        threads = [threading.Thread(target=work, args=(t,)) for t in range(THREADS)]
        threads += [threading.Thread(target=audit) for _ in range(AUDITORS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert not failures, failures


def last_steps(journal):
    steps = {}
    with open(journal) as f:
        for line in f:
            if line.endswith("\n"):
                thread, step = map(int, line.split())
                steps[thread] = max(step, steps.get(thread, 0))
    return steps


def verify(port, journal):
    r = redis.Redis(port=port)
    got = total(r)
    assert got == ACCOUNTS * START, "the accounts hold %d" % got
    moved = 0
    for thread in range(THREADS):
        acknowledged = last_steps(journal).get(thread, 0)
        done = [int(x) for x in r.lrange("done:%d" % thread, 0, -1)]
        count = int(r.hget("count", thread) or 0)
        last = int(r.get("last:%d" % thread) or 0)
        assert done == list(range(1, last + 1)), "thread %d: last %d, done %s" % (thread, last, done[-5:])
        assert count == last, "thread %d: counted %d, last %d" % (thread, count, last)
        assert last >= acknowledged, "thread %d: %d of %d acknowledged" % (thread, last, acknowledged)
        moved += last
    print("%d transfers" % moved)


if __name__ == "__main__":
    if sys.argv[1] == "open":
        redis.Redis(port=int(sys.argv[2])).mset({account(n): START for n in range(ACCOUNTS)})
    elif sys.argv[1] == "run":
        run(int(sys.argv[2]), sys.argv[3])
    else:
        verify(int(sys.argv[2]), sys.argv[3])
