"""The safetensors format from its public description, without the package, for SafetensorsByHandTest:
8 bytes of length (little endian), a JSON header, the numbers (little endian, C order, no holes).
https://huggingface.co/docs/safetensors/index#format

safetensors_by_hand.py write FILE   writes attention of one head in four types
safetensors_by_hand.py read FILE    prints name, type, shape and bits of each array, and the metadata
"""

import json
import struct
import sys

import numpy as np

NUMPY = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2"}


def bits_of(type_name, array):
    if type_name == "BF16":
        return (array.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()
    return array.astype(NUMPY[type_name]).tobytes()


def write(file):
    array = np.array([[[0.25, 0.75], [0.5, 0.5]], [[1, 0], [0.125, 0.875]]])
    header = {"__metadata__": {"format": "np", "axes": "h,q,k", "tokens": '["<s>", "caf\u00e9"]'}}
    numbers = b""
    for type_name in NUMPY:
        bits = bits_of(type_name, array)
        header[type_name] = {
            "dtype": type_name,
            "shape": list(array.shape),
            "data_offsets": [len(numbers), len(numbers) + len(bits)],
        }
        numbers += bits
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + numbers)


def read(file):
    with open(file, "rb") as source:
        data = source.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    numbers = data[8 + length :]
    end = 0
    for name, about in header.items():
        begin, after = about["data_offsets"]
        assert begin == end, "a hole"
        end = after
        array = np.frombuffer(numbers[begin:after], NUMPY[about["dtype"]]).reshape(about["shape"])
        print(name, about["dtype"], "x".join(map(str, array.shape)), array.tobytes().hex())
    assert end == len(numbers)
    print(json.dumps(metadata, sort_keys=True))


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
