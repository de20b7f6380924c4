"""Inputs are bit for bit what torchvision's ToTensor makes of them."""

from typing import Any

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench_pytorch.inputs import InputFormat, as_tensor  # noqa: E402
from workbench_pytorch.tensor_batches import TensorBatches  # noqa: E402


@pytest.fixture
def transforms() -> Any:
    return pytest.importorskip("torchvision.transforms")


def stored_images(shape: tuple[int, ...], dtype: str) -> Any:
    return np.random.default_rng(0).uniform(0, 255, (7, *shape)).astype(dtype)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_prepares_to_the_same_last_bit() -> None:
    images = as_tensor(np.arange(256, dtype=np.uint8).reshape(1, 16, 16))
    on_cuda = InputFormat("image").prepare(images.cuda())
    assert torch.equal(on_cuda.cpu(), InputFormat("image").prepare(images))


@pytest.mark.parametrize("is_channels_last", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("shape", [(9, 8), (9, 8, 1), (9, 8, 3)])
def test_images(
    transforms: Any, shape: tuple[int, ...], dtype: str, is_channels_last: bool
) -> None:
    images = stored_images(shape, dtype)
    wanted = torch.stack([transforms.ToTensor()(image) for image in images])

    prepared = InputFormat("image", is_channels_last).prepare(as_tensor(images))

    assert prepared.dtype == torch.float32
    assert torch.equal(prepared, wanted)
    layout = torch.channels_last if is_channels_last else torch.contiguous_format
    assert prepared.is_contiguous(memory_format=layout)


def test_every_grey_value(transforms: Any) -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)

    prepared = InputFormat("image").prepare(as_tensor(grey))

    assert torch.equal(prepared[0], transforms.ToTensor()(grey[0]))


def test_vectors_keep_their_values() -> None:
    vectors = np.array([[-1.25, 3.5], [255.0, 0.0]])

    prepared = InputFormat("vector").prepare(as_tensor(vectors))

    assert prepared.dtype == torch.float32
    assert prepared.tolist() == vectors.tolist()


def test_a_read_only_array_is_left_alone() -> None:
    images = stored_images((4, 4), "float32")
    images.flags.writeable = False

    InputFormat("image").prepare(as_tensor(images))

    assert np.array_equal(images, stored_images((4, 4), "float32"))


@pytest.mark.parametrize("room", [0, 7 * 9 * 8 * 3, 2**40])
def test_with_little_room_on_the_device(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """Prepared by batch on the host or on the device, or once: the batches are the same."""
    images, labels = stored_images((9, 8, 3), "uint8"), np.arange(7)
    cpu, images_format = torch.device("cpu"), InputFormat("image")
    order = torch.tensor([6, 5, 4, 3, 2, 1, 0])
    wanted = images_format.prepare(as_tensor(images[::-1]))
    monkeypatch.setattr("workbench_pytorch.tensor_batches._room_bytes", lambda device: room)

    batches = TensorBatches((images, labels), images_format, 3, cpu)

    inputs, targets = zip(*batches.read(range(3), order), strict=True)
    assert torch.equal(torch.cat(inputs), wanted)
    assert torch.cat(targets).tolist() == order.tolist()
