"""Writes and checks arrays with NumPy, for NumPyRoundTripTest.

arrays.py write FOLDER          writes NAME.npy and packed.npz, stored.npz of all types and orders
arrays.py read FILE...          prints type, order, shape and a checksum of the numbers of each array
"""

import hashlib
import sys

import numpy as np

TYPES = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]


def example(descr, fortran):
    """Numbers that a float16 holds exactly, and a few that no softmax gives."""
    values = np.arange(2 * 3 * 4 * 5, dtype="f8").reshape(2, 3, 4, 5) / 8 - 3
    values[0, 0, 0, :3] = [np.inf, -0.0, 2.0**-24]
    array = values.astype(descr)
    return np.asfortranarray(array) if fortran else array


def name(descr, fortran):
    return ("big" if descr[0] == ">" else "little") + descr[1:] + ("f" if fortran else "c")


def checksum(array):
    return hashlib.sha256(np.ascontiguousarray(array.astype("<f8")).tobytes()).hexdigest()


def describe(label, array):
    order = "f" if array.flags.f_contiguous and not array.flags.c_contiguous else "c"
    shape = "x".join(str(size) for size in array.shape)
    print(label, array.dtype.str, order, shape, checksum(array))


def write(folder):
    arrays = {}
    for descr in TYPES:
        for fortran in (False, True):
            array = example(descr, fortran)
            arrays[name(descr, fortran)] = array
            np.save(f"{folder}/{name(descr, fortran)}.npy", array)
    np.savez(f"{folder}/stored.npz", **arrays)
    np.savez_compressed(f"{folder}/packed.npz", **arrays)
    for version in ((1, 0), (2, 0), (3, 0)):
        with open(f"{folder}/version{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, example("<f4", False), version=version)
    for label, array in arrays.items():
        describe(label, array)


def read(files):
    for file in files:
        loaded = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            describe(file, loaded)
        else:
            for label in loaded.files:
                describe(label, loaded[label])


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2])
    else:
        read(sys.argv[2:])
