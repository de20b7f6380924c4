"""A small dataset in torchvision's files and in memory, our trainer on it, and a plain script."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from workbench.api import ArraySplit, DatasetInfo

SIZES = {"train": 300, "test": 130}
CLASSES = ("top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "shoe", "bag", "boot")


@dataclass(frozen=True)
class Plain:
    """What a plain script printed and ended with: one list of losses an epoch."""

    losses: list[list[float]]
    tests: list[tuple[float, int]]
    weights: dict[str, Any]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """One thread for torch, since the tests run beside each other."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def splits() -> dict[str, ArraySplit]:
    """Grey noise with a bright band at the height of each class, so that it can be learned."""
    np = pytest.importorskip("numpy")
    generator = np.random.default_rng(0)
    made = {}
    for name, size in SIZES.items():
        labels = generator.integers(0, len(CLASSES), size)
        noise = generator.integers(0, 60, (size, 28, 28))
        is_bright = np.arange(28)[None, :, None] // 2 == labels[:, None, None]
        images = (noise + 150 * is_bright).astype(np.uint8)
        made[name] = ArraySplit(images, labels.astype(np.int64))
    return made


@pytest.fixture(scope="session")
def data_root(splits: dict[str, ArraySplit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same items as torchvision keeps them: ``FashionMNIST/raw/`` with four IDX files."""
    root = tmp_path_factory.mktemp("data")
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for split, prefix in (("train", "train"), ("test", "t10k")):
        images, labels = splits[split].inputs, splits[split].labels
        shape = b"".join(side.to_bytes(4, "big") for side in images.shape)
        count = len(labels).to_bytes(4, "big")
        (raw / f"{prefix}-images-idx3-ubyte").write_bytes(
            b"\x00\x00\x08\x03" + shape + images.tobytes()
        )
        (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(
            b"\x00\x00\x08\x01" + count + labels.astype("uint8").tobytes()
        )
    return root


@pytest.fixture(scope="session")
def info() -> DatasetInfo:
    return DatasetInfo("fashion-mnist", "image", (28, 28), "uint8", CLASSES, SIZES)


@pytest.fixture
def make_trainer(splits: dict[str, ArraySplit], info: DatasetInfo) -> Callable[..., Any]:
    """``make_trainer(model=..., optimizer=..., ...)``: our trainer, small unless told otherwise.

    ``model`` and ``optimizer`` are options; the other keywords are those of the context.
    """
    from workbench.api import TrainerContext
    from workbench_pytorch.backend_specs import PytorchOptions
    from workbench_pytorch.factory import create_trainer
    from workbench_pytorch.model_specs import CnnOptions, MlpOptions
    from workbench_pytorch.models import build_cnn, build_mlp
    from workbench_pytorch.optimizer_specs import AdamOptions, AdamWOptions, SgdOptions
    from workbench_pytorch.optimizers import build_adam, build_adamw, build_sgd

    builds: dict[type, Any] = {
        MlpOptions: build_mlp,
        CnnOptions: build_cnn,
        SgdOptions: build_sgd,
        AdamOptions: build_adam,
        AdamWOptions: build_adamw,
    }

    def make(
        model: Any = None, optimizer: Any = None, dataset: DatasetInfo = info, **changes: Any
    ) -> Any:
        model = model or MlpOptions(hidden=(16,))
        optimizer = optimizer or SgdOptions()
        settings: dict[str, Any] = {
            "splits": splits,
            "build_model": lambda: builds[type(model)](dataset, model),
            "build_optimizer": lambda parameters: builds[type(optimizer)](parameters, optimizer),
            "loss": "cross-entropy",
            "batch_size": 32,
            "shuffle": False,
            "drop_last": False,
            "loader_workers": 0,
            "seed": 7,
            "device": "cpu",
            "options": PytorchOptions(),
        }
        return create_trainer(TrainerContext(dataset=dataset, **{**settings, **changes}))

    return make


@pytest.fixture
def run_plain(data_root: Path) -> Callable[..., Plain]:
    """The loop that everyone writes, with torchvision's dataset and a ``DataLoader``."""
    torch = pytest.importorskip("torch")
    datasets = pytest.importorskip("torchvision.datasets")
    transforms = pytest.importorskip("torchvision.transforms")

    def run(
        build_model: Callable[[], Any],
        build_optimizer: Callable[[Any], Any],
        loss_fn: Callable[[Any, Any], Any],
        *,
        epochs: int = 2,
        seed: int = 7,
        batch_size: int = 32,
        **loader_options: Any,
    ) -> Plain:
        to_tensor = transforms.ToTensor()
        train_data = datasets.FashionMNIST(data_root, train=True, transform=to_tensor)
        test_data = datasets.FashionMNIST(data_root, train=False, transform=to_tensor)
        loader = torch.utils.data.DataLoader
        train_loader = loader(train_data, batch_size=batch_size, **loader_options)
        test_loader = loader(test_data, batch_size=batch_size)
        torch.manual_seed(seed)
        model = build_model()
        optimizer = build_optimizer(model.parameters())
        plain = Plain([], [], model.state_dict())
        for _ in range(epochs):
            model.train()
            losses = []
            for x, y in train_loader:
                loss = loss_fn(model(x), y)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                losses.append(loss.item())
            plain.losses.append(losses)
            model.eval()
            test_loss, correct = 0.0, 0.0
            with torch.no_grad():
                for x, y in test_loader:
                    pred = model(x)
                    test_loss += loss_fn(pred, y).item()
                    correct += (pred.argmax(1) == y).type(torch.float).sum().item()
            plain.tests.append((test_loss / len(test_loader), int(correct)))
        return plain

    return run


@pytest.fixture
def run_ours() -> Callable[..., Plain]:
    """Our trainer as the engine drives it, in stretches of a few batches."""

    def run(trainer: Any, *, epochs: int = 2, lr: float = 1e-3, stretch: int = 4) -> Plain:
        ours = Plain([], [], trainer._model.state_dict())
        for epoch in range(epochs):
            trainer.start_epoch(epoch)
            losses: list[float] = []
            for first in range(0, trainer.steps_per_epoch, stretch):
                batches = range(first, min(first + stretch, trainer.steps_per_epoch))
                losses += trainer.train(batches, [lr] * len(batches))
            ours.losses.append(losses)
            result = trainer.evaluate("test")
            ours.tests.append((result.loss, result.correct))
        return ours

    return run
