"""A folder of images: its classes, splits, sizes, cache and refusals."""

import os
import shutil

import pytest

np = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")

from workbench.api import UserError  # noqa: E402
from workbench_extras import image_folder  # noqa: E402
from workbench_extras.image_folder import ImageFolderOptions, load  # noqa: E402


def paint(path, color, size=(20, 30)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, color).save(path)


@pytest.fixture
def photos(tmp_path):
    for name, color in (("cat", (250, 10, 10)), ("dog", (10, 250, 10))):
        for place in range(10):
            paint(tmp_path / "photos" / name / f"{place}.png", color, (20 + place, 30))
    return tmp_path / "photos"


def options(path, **changes):
    return ImageFolderOptions(path=str(path), **{"size": 16, **changes})


def test_each_class_is_split_by_its_share_and_seed(photos):
    made = load(options(photos))
    assert made.info.classes == ("cat", "dog")
    assert made.info.sizes == {"train": 16, "test": 4}
    assert made.info.shape == (16, 16, 3)
    for name, each in (("train", 8), ("test", 2)):
        inputs, labels = made.splits[name].arrays()
        assert inputs.dtype == np.uint8 and inputs.shape == (2 * each, 16, 16, 3)
        assert sorted(labels.tolist()) == [0] * each + [1] * each
        for image, label in zip(inputs, labels, strict=True):
            assert image[8, 8].tolist() == ([10, 250, 10] if label else [250, 10, 10])
    assert made.splits["train"].arrays()[1].tolist() != [0] * 8 + [1] * 8


def test_the_seed_and_nothing_else_chooses(photos):
    for place in range(10):  # told apart by their brightness
        for name in ("cat", "dog"):
            paint(photos / name / f"{place}.png", (place * 20,) * 3)

    def tested(seed):
        split = load(options(photos, split_seed=seed)).splits["test"]
        return split.arrays()[0][:, 0, 0, 0].tolist()

    assert tested(1) == tested(1)
    assert len({tuple(tested(seed)) for seed in range(4)}) > 1


def test_a_train_and_a_test_folder_are_taken_as_they_are(photos, tmp_path):
    root = tmp_path / "split"
    shutil.copytree(photos, root / "train")
    shutil.copytree(photos, root / "val")
    assert load(options(root)).info.sizes == {"train": 20, "test": 20}
    paint(root / "val" / "horse" / "0.png", (0, 0, 0))
    with pytest.raises(UserError, match="has a class horse that"):
        load(options(root))


def test_grey_stretched_and_binary(photos):
    made = load(options(photos, color=False, fit="stretch", binary=True))
    assert made.info.shape == (16, 16)
    assert (made.info.task, made.info.num_outputs) == ("binary", 1)


def test_a_picture_is_turned_upright(photos):
    left_dark = Image.new("L", (32, 16), 0)
    left_dark.paste(255, (16, 0, 32, 16))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    shutil.rmtree(photos / "cat")
    for name in ("0", "1"):
        (photos / "cat").mkdir(exist_ok=True)
        left_dark.save(photos / "cat" / f"{name}.jpg", exif=exif, quality=95)
    inputs, labels = load(options(photos, color=False)).splits["train"].arrays()
    image = inputs[labels.tolist().index(0)]
    assert image[0].mean() < 60 < 190 < image[-1].mean()


def test_of_16_bits_the_upper_8_are_kept(photos):
    levels = np.linspace(0, 65535, 16 * 16).reshape(16, 16).astype(np.uint16)
    for place in range(10):
        Image.fromarray(levels).save(photos / "cat" / f"{place}.png")
    inputs, labels = load(options(photos, color=False)).splits["train"].arrays()
    assert np.array_equal(inputs[labels.tolist().index(0)], levels >> 8)


def test_hidden_folders_have_no_pictures(photos):
    paint(photos / "cat" / ".ipynb_checkpoints" / "0-checkpoint.png", (0, 0, 0))
    paint(photos / "cat" / "more" / "0.png", (0, 0, 0))
    assert load(options(photos)).info.sizes == {"train": 17, "test": 4}


def test_what_was_decoded_is_used_again_until_a_file_changes(photos, monkeypatch):
    first = load(options(photos)).splits["train"].arrays()[0]
    opened = []
    original = image_folder._open
    monkeypatch.setattr(image_folder, "_open", lambda *given: opened.append(1) or original(*given))
    again = load(options(photos)).splits["train"].arrays()[0]
    assert not opened
    assert np.array_equal(first, again)
    paint(photos / "cat" / "0.png", (1, 2, 3))
    load(options(photos))
    assert opened


def test_a_cache_that_is_empty_or_can_not_be_written_is_none(photos, monkeypatch, tmp_path):
    wanted = load(options(photos)).splits["train"].arrays()[0].copy()
    caches = list((tmp_path / "home").rglob("*.npy"))
    assert caches
    for path in caches:
        path.write_bytes(b"")
    assert np.array_equal(load(options(photos)).splits["train"].arrays()[0], wanted)
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    assert np.array_equal(load(options(photos)).splits["train"].arrays()[0], wanted)


def test_files_that_are_no_images_are_named(photos):
    for place in (1, 2):
        (photos / "dog" / f"{place}.png").write_bytes(b"no image")
    with pytest.raises(UserError, match=r"can't be read: .*dog/"):
        load(options(photos))


def test_names_that_are_not_utf_8_can_be_printed(photos):
    (photos / "dog" / os.fsdecode(b"\xff.png")).write_bytes(b"no image")
    with pytest.raises(UserError, match=r"can't be read: dog/\\udcff\.png;"):
        load(options(photos))
    (photos / "dog").rename(photos / os.fsdecode(b"\xff"))
    with pytest.raises(UserError, match=r"whose name is not UTF-8, \\udcff; rename it"):
        load(options(photos))


def test_a_link_to_nothing_is_named(photos):
    (photos / "dog" / "gone.png").symlink_to(photos / "nowhere.png")
    with pytest.raises(UserError, match=r"1 of \d+ images in .* can't be read: dog/gone.png;"):
        load(options(photos))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda root: shutil.rmtree(root), "There is no folder"),
        (lambda root: shutil.rmtree(root / "cat"), "has 1 subfolders"),
        (lambda root: [file.unlink() for file in (root / "cat").iterdir()], "has no images"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(photos, change, sentence):
    change(photos)
    with pytest.raises(UserError, match=sentence):
        load(options(photos))
