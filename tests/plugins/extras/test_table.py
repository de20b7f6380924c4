"""Tables: their columns, targets, splits and refusals."""

import pytest

np = pytest.importorskip("numpy")

from workbench.api import UserError  # noqa: E402
from workbench_extras.table import TableOptions, load  # noqa: E402

DRAW = np.random.default_rng(3)
LONG = DRAW.normal(10, 3, 60)
WIDE = DRAW.normal(-2, 1, 60)
KIND = np.array(["a", "b", "c"])[np.arange(60) % 3]


@pytest.fixture
def csv(tmp_path):
    rows = [
        f"{x!r},{y!r},{kind}" for x, y, kind in zip(LONG.tolist(), WIDE.tolist(), KIND, strict=True)
    ]
    (tmp_path / "kinds.csv").write_text("long,wide,kind\n" + "\n".join(rows) + "\n")
    return tmp_path / "kinds.csv"


def test_the_last_column_is_the_target_and_the_rest_are_standardised(csv):
    made = load(TableOptions(path=str(csv)))
    assert made.info.classes == ("a", "b", "c")
    assert made.info.shape == (2,)
    assert made.info.sizes == {"train": 48, "test": 12}
    inputs, labels = made.splits["train"].arrays()
    assert inputs.dtype == np.float32
    assert np.allclose(inputs.mean(axis=0), 0, atol=1e-5)
    assert np.allclose(inputs.std(axis=0), 1, atol=1e-5)
    assert np.bincount(labels).tolist() == [16, 16, 16]


def test_rows_stay_together(csv):
    made = load(TableOptions(path=str(csv), standardise=False))
    for split in made.splits.values():
        for values, label in zip(*split.arrays(), strict=True):
            row = int(np.argmin(abs(LONG - values[0])))
            assert values[1] == pytest.approx(WIDE[row], rel=1e-5)
            assert made.info.classes[label] == KIND[row]


def test_a_regression_keeps_the_units_of_its_targets(csv):
    made = load(
        TableOptions(path=str(csv), target=("wide",), features=("long",), task="regression")
    )
    assert (made.info.classes, made.info.targets, made.info.num_outputs) == ((), ("wide",), 1)
    labels = np.concatenate([split.arrays()[1] for split in made.splits.values()])
    assert labels.dtype == np.float32 and labels.shape == (60, 1)
    assert sorted(labels[:, 0].tolist()) == pytest.approx(sorted(WIDE.tolist()), rel=1e-5)


def test_numpy_and_parquet_files_hold_the_same(csv, tmp_path):
    wanted = load(TableOptions(path=str(csv))).splits["test"].arrays()
    features = np.stack([LONG, WIDE], axis=1)
    np.savez(tmp_path / "kinds.npz", x=features, y=np.arange(60) % 3)
    np.save(tmp_path / "kinds.npy", np.concatenate([features, (np.arange(60) % 3)[:, None]], 1))
    files = ["kinds.npz", "kinds.npy"]
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pyarrow.table({"long": LONG, "wide": WIDE, "kind": KIND.tolist()})
    parquet.write_table(table, tmp_path / "kinds.parquet")
    for name in (*files, "kinds.parquet"):
        inputs, labels = load(TableOptions(path=str(tmp_path / name))).splits["test"].arrays()
        assert np.array_equal(inputs, wanted[0]), name
        assert np.array_equal(labels, wanted[1]), name


def test_classes_that_are_numbers_have_names_of_their_own(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("a,code\n" + "1,10000001\n2,10000002\n3,0.5\n" * 4)
    assert load(TableOptions(path=str(path))).info.classes == ("0.5", "10000001", "10000002")
    np.savez(tmp_path / "codes.npz", x=np.ones((8, 1)), y=np.array([0.1, 3] * 4, np.float32))
    made = load(TableOptions(path=str(tmp_path / "codes.npz")))
    assert made.info.classes == ("0.1", "3")


def test_a_pickle_is_not_read(tmp_path):
    np.save(tmp_path / "bad.npy", np.array([[object(), 1], [2, 3]]), allow_pickle=True)
    with pytest.raises(UserError, match="can't be read"):
        load(TableOptions(path=str(tmp_path / "bad.npy")))


@pytest.mark.parametrize(
    ("text", "changes", "sentence"),
    [
        ("a,b\n1,x\n2,y\n", {}, "2 different values in 2 rows|too few rows"),
        ("a,b\n1,x\n2\n", {}, "has 1 values in row 2 and 2 columns"),
        ("a,a\n1,x\n2,y\n", {}, "two columns of one name"),
        ("a,b\n" + "1,x\nno,y\n" * 4, {}, 'column "a" of .* has text, such as "no"'),
        ("a,b\n1,x\n,x\n1,y\n2,y\n", {}, 'column "a" of .* has no number in row 2'),
        ("a,b\n" + "1,x\n2,\n3,y\n" * 3, {}, 'column "b" of .* has no value in row 2 and 2 more'),
        ("a;b\n1;x\n2;y\n", {}, "has one column only; put commas"),
        ("a,b\n1,2\n3,4\n", {"target": ("b", "b"), "task": "regression"}, '"b" is named twice'),
        ("a,b\n1,x\n2,y\n", {"features": ("a", "a")}, '"a" is named twice'),
        ("a,b\n1,x\n2,y\n", {"target": ("c",)}, 'no column "c"; it has a, b'),
        ("a,b\n" + "1,x\n2,y\n3,z\n" * 3, {"task": "binary"}, "3 different values"),
        ("a,b\n" + "1,x\n2,y\n" * 9, {"task": "regression"}, 'column "b" of .* has text'),
        ("a,b\n1,x\n2,y\n", {"target": ("a",), "features": ("a",)}, "both a feature and"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(text, changes, sentence, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=sentence):
        load(TableOptions(path=str(path), **changes))


def test_other_files_are_refused(tmp_path):
    (tmp_path / "table.xlsx").write_bytes(b"PK")
    with pytest.raises(UserError, match="is none of"):
        load(TableOptions(path=str(tmp_path / "table.xlsx")))
