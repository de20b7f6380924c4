"""Keras Applications' networks: input, last layer, weights and frozen layers."""

import pytest

pytestmark = pytest.mark.keras


def test_grey_images_a_last_layer_that_fits_and_frozen_layers(lab, tmp_path):
    from workbench.api import DatasetInfo
    from workbench_extras.keras_applications import ApplicationOptions, build, refuse

    grey = DatasetInfo("made", "image", (28, 28), "uint8", ("a", "b", "c"), {})
    assert "set model.size=32" in refuse(grey, ApplicationOptions())
    model = build(grey, ApplicationOptions(size=32, frozen=("backbone",), dropout=0.1))
    assert model(lab.tf.zeros((2, 28, 28))).shape == (2, 3)
    assert [tuple(item.shape) for item in model.trainable_variables] == [(576, 3), (3,)]
    network = model.get_layer("MobileNetV3Small")
    network.save_weights(tmp_path / "net.weights.h5")
    again = build(grey, ApplicationOptions(size=32, weights=str(tmp_path / "net.weights.h5")))
    pairs = zip(network.weights, again.get_layer("MobileNetV3Small").weights, strict=True)
    assert all(bool(lab.tf.reduce_all(a.value == b.value)) for a, b in pairs)
    part = build(grey, ApplicationOptions(size=32, frozen=("expanded_conv",)))
    assert 2 < len(part.trainable_variables) < len(model.variables)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"frozen": ("layer9",)}, "No layer's name begins with"),
        ({"weights": "/gone.h5"}, "There is no file"),
        ({"weights": __file__}, "has no weights for"),
    ],
)
def test_what_does_not_fit_is_refused(lab, options, sentence):
    from workbench.api import DatasetInfo
    from workbench_extras.keras_applications import ApplicationOptions, build

    image = DatasetInfo("made", "image", (32, 32, 3), "uint8", ("a", "b"), {})
    with pytest.raises(lab.UserError, match=sentence):
        build(image, ApplicationOptions(**options))
