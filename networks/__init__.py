"""Networks that nnU-Net has none of, named by plans as nnU-Net names its own."""
