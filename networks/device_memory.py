"""Tell an error of too little memory, on a GPU or beside it, from any other."""

import torch

#: What torch, CUDA and its libraries say when an allocation failed, beside errors of their own
#: classes. cuDNN finds no algorithm where none of them gets its workspace.
WORDS = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "DEVICE_ALLOCATION_FAILED",
    "Unable to find a valid cuDNN algorithm",
)


def is_lack_of_memory(error: BaseException) -> bool:
    """Say whether an error tells of too little memory.

    >>> is_lack_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: 4 bytes"))
    True
    >>> is_lack_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    False
    """
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    # An AcceleratorError is a RuntimeError: CUDA's own calls raise it.
    return isinstance(error, RuntimeError) and any(word in str(error) for word in WORDS)
