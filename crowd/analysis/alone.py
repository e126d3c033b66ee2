"""The process that does one run: started by a worker with the number of the run and the claim on it."""

import os
import sys

from crowd import create_app
from crowd.analysis import jobs
from crowd.leases import Claim


def main() -> None:
    os.nice(jobs.NICE)
    number, token = sys.argv[1:]
    with create_app().app_context():
        jobs.work(Claim(int(number), token))
