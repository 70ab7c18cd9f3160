"""How many threads the tools' libraries may use."""

import cv2
import torch


def use_threads(count: int) -> None:
    """For this process, torch and OpenCV."""
    torch.set_num_threads(count)
    cv2.setNumThreads(count)
