"""The jobs of an RQ application."""
from rq import get_current_job


def add(x, y):
    return x + y


def fail():
    raise ValueError("as it should")


def fail_until(attempts):
    """Fails until it has been tried so many times."""
    job = get_current_job()
    job.meta["attempts"] = job.meta.get("attempts", 0) + 1
    job.save_meta()
    if job.meta["attempts"] < attempts:
        raise RuntimeError("not yet")
    return job.meta["attempts"]


def sum_of_dependencies():
    return sum(job.result for job in get_current_job().fetch_dependencies())


def noted(job, connection, *args):
    connection.rpush("noted", job.id)
