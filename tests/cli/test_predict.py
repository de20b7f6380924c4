"""Filters, items in depth, own images, and what is handed on."""

import csv
import io
import json
import struct
import zlib

import pytest

from workbench.core.checkpoints import find_checkpoint
from workbench.core.evaluation import read_evaluation
from workbench.core.runs import RunFolder, overview

STRIPE = b"".join(bytes([200 if row // 2 == 1 else 20] * 8) for row in range(8))


@pytest.fixture
def poor(trained_run, workbench, runs_dir):
    """A run whose model is often wrong."""
    trained_run("poor", "--set", "optimizer.lr=0.001", "--epochs", "1")
    return RunFolder(runs_dir / "poor")


@pytest.fixture
def evaluation(workbench, poor):
    workbench("evaluate", "poor")
    found = read_evaluation(find_checkpoint(poor))
    assert 8 < found.correct < 60  # or the filters have nothing to tell apart
    return found


def samples(workbench, *arguments):
    return json.loads(workbench("predict", "poor", *arguments, "--json").stdout)["samples"]


def test_wrong_and_right_items(workbench, evaluation):
    items = evaluation.items
    wrong = [i for i in range(64) if items.actual[i] != items.predicted[i]]
    result = workbench("predict", "poor", "--wrong", "--count", "100")
    assert result.stderr.startswith(f"{len(wrong)} of 64 test items match; {len(wrong)} shown.")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["ITEM", "PREDICTED", "ACTUAL", "CONFIDENCE", "LOSS"]
    assert [int(row[0]) for row in rows[1:]] == wrong
    assert {row[1] for row in rows[1:]} == {"✗"}
    assert len(samples(workbench, "--right", "--count", "100")) == evaluation.correct


def test_classes_and_cells(workbench, refused, evaluation):
    cross = samples(workbench, "--class", "CROSS", "--count", "64")
    assert {item["actual"] for item in cross} == {"cross"}
    predicted = evaluation.items.predicted[cross[0]["index"]]
    name = evaluation.classes[predicted]
    cell = samples(workbench, "--class", "cross", "--predicted", name, "--count", "64")
    assert len(cell) == evaluation.confusion[2][predicted]
    assert {item["predicted"] for item in cell} == {name}
    assert refused("predict", "poor", "--class", "cros") == (
        'There is no class "cros". Did you mean "cross"?'
    )


def test_the_most_wrong_and_the_least_sure(workbench, evaluation):
    worst = samples(workbench, "--most-wrong", "--count", "5")
    assert [item["loss"] for item in worst] == sorted((i["loss"] for i in worst), reverse=True)
    assert worst[0]["loss"] == pytest.approx(max(evaluation.items.loss), rel=1e-5)
    unsure = samples(workbench, "--least-sure")
    assert len(unsure) == 10
    assert unsure[0]["confidence"] == pytest.approx(min(evaluation.items.confidence), rel=1e-5)


def test_an_item_in_depth(workbench, poor):
    output = workbench("predict", "poor", "--index", "5", "--full").stdout.splitlines()
    assert output[0].startswith('Predicted: "')
    assert output[0].endswith('Actual: "square"')
    assert "item 5 of test, confidence" in output[1]
    assert any("░" in line or "█" in line for line in output[2:6])
    assert "saliency" in "".join(output)
    bars = output[-4:]
    assert sorted(line.split()[0] for line in bars) == ["circle", "cross", "line", "square"]
    shares = [float(line.split()[-1].rstrip("%")) for line in bars]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.3)


def test_a_backend_without_saliency_maps_says_so(workbench, poor, runs_dir, tmp_path):
    plugin = runs_dir.parent / "bare.py"
    plan = (poor.plan).read_text()
    source = next(line for line in plan.splitlines() if "tiny_plugin.py" in line).split('"')[1]
    text = open(source).read().replace("def saliency(", "def other(")  # noqa: PTH123, SIM115
    plugin.write_text(text)
    poor.plan.write_text(plan.replace(source, str(plugin)))
    config = runs_dir.parent / "workbench.toml"
    config.write_text(config.read_text().replace(source, str(plugin)))
    result = workbench("predict", "poor", "--full")
    assert "There are no saliency maps: the backend draws none" in result.stderr
    assert 'Actual: "circle"' in result.stdout


def test_items_of_another_split_as_csv_and_parquet(workbench, poor, tmp_path):
    file, parquet = tmp_path / "items.csv", tmp_path / "items.parquet"
    workbench("predict", "poor", "--split", "train", "--count", "512", "--csv", file)
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert len(rows) == 512
    assert [int(row["index"]) for row in rows] == list(range(512))
    assert float(rows[3]["p(line)"]) <= float(rows[3]["confidence"]) + 1e-6
    assert {row["is_right"] for row in rows} == {"True", "False"}
    pq = pytest.importorskip("pyarrow.parquet")
    workbench("predict", "poor", "--count", "3", "--parquet", parquet)
    table = pq.read_table(parquet)
    assert table.column("actual").to_pylist() == ["circle", "square", "cross"]
    assert str(table.schema.field("p(circle)").type) == "double"


def test_parquet_without_pyarrow(refused, poor, monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert refused("predict", "poor", "--parquet", tmp_path / "a.parquet").startswith(
        "Parquet needs pyarrow, which is not installed"
    )


def test_the_fixed_samples_of_each_epoch(trained_run, workbench, refused, runs_dir):
    trained_run("poor", "--set", "samples=3")
    first = samples(workbench, "--epoch", "0")
    last = samples(workbench, "--epoch", "1")
    assert [item["index"] for item in first] == [item["index"] for item in last] == [0, 1, 2]
    assert last[0]["loss"] < first[0]["loss"]
    assert refused("predict", "poor", "--epoch", "2") == (
        "The run poor has no samples of epoch 2; there are those of epoch 0 to 1."
    )
    assert "✓ right, item 2" in workbench("predict", "poor", "--epoch", "1", "--full").stdout
    assert "leave the checkpoint out" in refused("predict", "poor@best", "--epoch", "1")


@pytest.fixture
def images(tmp_path):
    module = pytest.importorskip("PIL.Image")
    folder = tmp_path / "images"
    folder.mkdir()
    module.frombytes("L", (8, 8), STRIPE).save(folder / "square.png")
    module.frombytes("L", (8, 8), STRIPE).resize((80, 80)).convert("RGB").save(folder / "b.jpg")
    return folder


def test_an_image_of_ones_own(trained_run, workbench, runs_dir, images):
    trained_run("one")
    output = workbench("predict", "one", "--image", images / "b.jpg").stdout
    assert output.startswith('Predicted: "square"\n')
    assert "original: 80x80 JPEG\ngrey: " in output
    assert "resized: to 8x8" in output
    result = workbench("predict", "one", "--image", images / "b.jpg", images / "square.png")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert [row[1] for row in rows] == ["PREDICTED", "square", "square"]
    turned = workbench("predict", "one", "--image", images / "b.jpg", "--invert", "yes", "--json")
    (found,) = json.loads(turned.stdout)["predictions"]
    assert found["is_inverted"]
    assert found["steps"][-1]["name"] == "inverted"


def test_a_folder_with_a_bad_file_gives_the_rest_and_exit_code_2(
    trained_run, workbench, runs_dir, images
):
    trained_run("one")
    (images / "c.png").write_text("no image")
    file = images / "out.csv"
    result = workbench("predict", "one", "--image", images, "--csv", file, code=2)
    assert result.stdout.count("square  ") == 2
    (error,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert error.startswith(f"Error: {images / 'c.png'} is not an image")
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [row["predicted"] for row in rows] == ["square", "", "square"]
    assert "is not an image" in rows[1]["problem"]


def test_images_for_a_dataset_that_has_none(workbench, refused, runs_dir, images):
    """The classes of vectors can't be told from pictures."""
    pytest.importorskip("torch")
    workbench(
        *("train", "--name", "vector", "--preset", "quickstart-pytorch", "--dataset", "toy"),
        *("--epochs", "1", "--set", "model.hidden=4"),
    )
    assert "its models take no images from outside" in refused(
        "predict", "vector", "--image", images
    )


def test_a_live_model(workbench, refused, runs_dir, images, wait_for):
    workbench(
        "train", "--detach", "--name", "live", "--epochs", "1000", "--set", "backend.delay_s=0.005"
    )
    run = RunFolder(runs_dir / "live")
    wait_for(lambda: overview(run).checkpoint)
    workbench("pause", "live")
    found = json.loads(
        workbench("predict", "live", "--least-sure", "--count", "2", "--json").stdout
    )
    assert found["checkpoint"] is None
    assert len(found["samples"]) == 2
    assert "saliency" in workbench("predict", "live", "--full").stdout
    assert "at most 256 items at a time" in refused("predict", "live", "--count", "300")
    step = overview(run).step
    assert f"its model as it is now is the checkpoint step-{step:08d}" in (
        workbench("predict", "live", "--image", images / "b.jpg").stderr
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--wrong", "--right"), "Give either --wrong or --right, not both."),
        (("--most-wrong", "--least-sure"), "Give either --most-wrong or --least-sure, not both."),
        (("--index", "1", "--wrong"), "Give either --index or a filter, not both."),
        (("--epoch", "1", "--image", "a"), "Give either --epoch or --image, not both."),
        (("--image", "a", "--count", "2"), "--count goes with a filter or alone, not with"),
        (("a.png",), "Image files go after --image"),
    ],
)
def test_options_that_contradict_each_other(refused, arguments, sentence):
    assert sentence in refused("predict", "one", *arguments)


def test_a_picture_where_only_ascii_can_be_printed(poor, terminal, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = terminal("predict", "poor", "--full")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert not set(output) & set("▀░▒▓") and "saliency" in output
    picture = [line for line in output.splitlines() if set(line.strip()) & set("=+*#%@")]
    assert len(picture) >= 3


def huge_png():
    """A PNG file that says that it has 10,000 x 10,000 pixels, all of them black."""

    def chunk(kind, body):
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_each_bad_input_is_one_sentence(trained_run, workbench, refused, runs_dir, images):
    from PIL import Image

    trained_run("one")
    (images / "text.png").write_text("no image")
    (images / "huge.png").write_bytes(huge_png())
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(images / "clear.png")
    assert refused("predict", "one", "--image", images / "text.png").startswith(
        f"{images / 'text.png'} is not an image (or not PNG, JPEG"
    )
    assert refused("predict", "one", "--image", images / "huge.png") == (
        f"{images / 'huge.png'} is too large with 10,000x10,000 pixels; make it smaller first "
        "(at most 50 million pixels)."
    )
    assert "opaque: laid on white\n" in (
        workbench("predict", "one", "--image", images / "clear.png").stdout
    )
    run = RunFolder(runs_dir / "one")
    told = run.events.read_text()
    run.events.write_text(told.replace('"circle"', '"disc"'))
    assert refused("predict", "one@latest", "--image", images / "square.png").startswith(
        "The run one was trained with the classes disc, square, cross, line, but the dataset "
        "tiny has circle, square, cross, line now; "
    )
    run.events.write_text(told)
    manifest = find_checkpoint(run).path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"name": "tiny"', '"name": "mnist"', 1))
    assert refused("predict", "one@latest", "--image", images / "square.png").startswith(
        "The checkpoint step-00000064 was trained on mnist, but its run is one on tiny; "
    )
