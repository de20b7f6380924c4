"""torchvision's networks: input, last layer, weights and frozen parts."""

import importlib.util

import pytest

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.pytorch,
    pytest.mark.skipif(importlib.util.find_spec("torchvision") is None, reason="needs torchvision"),
]

from workbench.api import DatasetInfo, UserError  # noqa: E402
from workbench_extras.torchvision_models import NetworkOptions, build, refuse  # noqa: E402


def info(shape=(32, 32, 3), classes=3, **changes):
    names = tuple(map(str, range(classes)))
    return DatasetInfo("made", "image", shape, "uint8", names, {}, **changes)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A file of weights with another last layer."""
    from torchvision import models

    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "net.pth"
    torch.save(models.get_model("mobilenet_v3_small", num_classes=7).state_dict(), path)
    return path


def small(**changes):
    return NetworkOptions(network="mobilenet_v3_small", **changes)


def test_grey_and_small_images_are_brought_to_what_it_takes():
    grey = info((28, 28))
    assert "set model.size=32" in refuse(grey, small())
    assert refuse(grey, small(size=32)) is None
    assert "it takes images" in refuse(
        DatasetInfo("d", "vector", (4,), "float32", ("a",), {}), small()
    )
    model = build(grey, small(size=40, normalise=True)).eval()
    assert model(torch.rand(2, 1, 28, 28)).shape == (2, 3)
    regression = info(task="regression", targets=("x", "y"))
    assert build(regression, small()).eval()(torch.rand(2, 3, 32, 32)).shape == (2, 2)


def test_weights_are_read_but_for_a_last_layer_of_another_width(weights):
    found = torch.load(weights, weights_only=True)
    own = build(info(), small(weights=str(weights))).network.state_dict()
    assert torch.equal(own["features.0.0.weight"], found["features.0.0.weight"])
    assert own["classifier.3.weight"].shape == (3, 1024)
    same = build(info(classes=7), small(weights=str(weights))).network.state_dict()
    assert all(torch.equal(same[name], tensor) for name, tensor in found.items())


def test_frozen_parts_do_not_change_in_training():
    model = build(info(), small(frozen=("backbone",)))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    trainable = [item for item in model.parameters() if item.requires_grad]
    assert [tuple(item.shape) for item in trainable] == [(3, 1024), (3,)]
    optimizer = torch.optim.SGD(trainable, lr=0.1)
    model.train()
    loss = torch.nn.functional.cross_entropy(model(torch.rand(4, 3, 32, 32)), torch.arange(4) % 3)
    loss.backward()
    optimizer.step()
    changed = {
        name for name, tensor in model.state_dict().items() if not tensor.equal(before[name])
    }
    assert changed == {"network.classifier.3.weight", "network.classifier.3.bias"}


def test_a_part_can_be_frozen_by_name():
    model = build(info(), small(frozen=("features.0",)))
    still = {name for name, item in model.named_parameters() if not item.requires_grad}
    assert still and all(name.startswith("network.features.0.") for name in still)


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("net.pth", {"frozen": ("layer9",)}, 'no part "layer9"'),
        ("net.pth", {"frozen": ("backbone", "classifier")}, "leaves nothing to train"),
        ("gone.pth", {}, "There is no file"),
        ("bad.pth", {}, "no file of weights that can be read safely"),
        ("net.pth", {"network": "resnet18"}, "has other weights"),
    ],
)
def test_what_does_not_fit_is_refused(weights, name, options, sentence):
    (weights.parent / "bad.pth").write_bytes(b"\x80\x04cos\nsystem\n(S'x'\ntR.")
    path = str(weights.parent / name)
    with pytest.raises(UserError, match=sentence):
        build(
            info(), NetworkOptions(**{"network": "mobilenet_v3_small", "weights": path, **options})
        )
