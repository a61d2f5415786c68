"""A study slow enough to be killed in the middle of it; run as a script with the store's path."""

import sys
import time

import numpy as np

import armsgame as ag


def slow(treaty, discount, rng):
    time.sleep(0.004)
    return treaty.parameters[0].detection * discount + rng.random()


def study(store, progress=False):
    design = {"detection": np.linspace(0, 1, 20), "discount": np.linspace(0.5, 0.9, 10)}
    return ag.sweep(ag.Treaty(), design, slow, store=store, block=7, rng=5, progress=progress)


if __name__ == "__main__":
    study(sys.argv[1])
