"""Gives a Celery worker work of every kind and checks each result."""
import datetime
import time

from celery import chain, chord, group

from celeryapp import add, app, fails, flaky, now, total

WAIT = 30

# How kombu names the queues of each priority.
PRIORITIES = ("", "\x06\x163", "\x06\x166", "\x06\x169")


def plain():
    results = [add.delay(i, i) for i in range(100)]
    assert [r.get(timeout=WAIT) for r in results] == [2 * i for i in range(100)]
    assert all(r.successful() for r in results)


def groups_and_chords():
    assert group(add.s(i, 1) for i in range(20))().get(timeout=WAIT) == list(range(1, 21))
    chords = [chord((add.s(i, i) for i in range(n)), total.s())() for n in (2, 10, 30)]
    assert [c.get(timeout=WAIT) for c in chords] == [n * (n - 1) for n in (2, 10, 30)]
    assert chain(add.s(1, 2), add.s(3), add.s(4))().get(timeout=WAIT) == 10
    nested = chord([chain(add.s(i, 1), add.s(1)) for i in range(5)], total.s())
    assert nested().get(timeout=WAIT) == sum(i + 2 for i in range(5))


def retries_and_failures():
    assert flaky.delay(2).get(timeout=WAIT) == 2
    failed = fails.delay()
    try:
        failed.get(timeout=WAIT)
    except ValueError as err:
        assert str(err) == "as it should", err
    else:
        raise AssertionError("a failure is lost")
    assert failed.state == "FAILURE"


def later():
    start = time.time()
    countdown = now.apply_async(countdown=1)
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1.5)
    eta = now.apply_async(eta=at)
    expired = now.apply_async(countdown=2, expires=1)
    assert countdown.get(timeout=WAIT) >= start + 1
    assert eta.get(timeout=WAIT) >= at.timestamp()
    try:
        expired.get(timeout=WAIT)
    except Exception as err:
        assert type(err).__name__ == "TaskRevokedError", err
    else:
        raise AssertionError("an expired task ran")


def revoked():
    task = now.apply_async(countdown=3)
    app.control.revoke(task.id)
    try:
        task.get(timeout=WAIT)
    except Exception as err:
        assert type(err).__name__ == "TaskRevokedError", err
    else:
        raise AssertionError("a revoked task ran")
    assert task.state == "REVOKED"


def priorities():
    results = [add.apply_async((p, 1), priority=p) for p in (9, 6, 3, 0) * 5]
    assert [r.get(timeout=WAIT) for r in results] == [p + 1 for p in (9, 6, 3, 0) * 5]


def remote_control():
    replies = app.control.ping(timeout=3, limit=1)
    assert len(replies) == 1 and list(replies[0].values()) == [{"ok": "pong"}], replies
    assert app.control.inspect(timeout=3, limit=1).stats()


def forgotten():
    result = add.delay(1, 1)
    assert result.get(timeout=WAIT) == 2
    result.forget()
    assert app.AsyncResult(result.id).state == "PENDING"


def emptied():
    """Nothing is left unacknowledged, nor in the queue."""
    with app.connection_for_read() as connection:
        store = connection.default_channel.client
        for _ in range(100):
            queued = sum(store.llen("celery" + priority) for priority in PRIORITIES)
            left = store.hlen("unacked"), store.zcard("unacked_index"), queued
            if left == (0, 0, 0):
                return
            time.sleep(0.1)
    raise AssertionError("left over: %r" % (left,))


for part in (plain, groups_and_chords, retries_and_failures, later, revoked, priorities, remote_control, forgotten,
             emptied):
    start = time.time()
    part()
    print("%-22s %.1f s" % (part.__name__, time.time() - start))
