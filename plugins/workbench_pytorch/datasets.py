"""The datasets of this plugin: FashionMNIST, and made-up points to try things with."""

from workbench.api import DatasetSpec, DebianPackage, IdxFile, IdxSource

FASHION_MNIST = DatasetSpec(
    name="fashion-mnist",
    title="FashionMNIST",
    description="70,000 grey images, 28x28, of ten kinds of clothing.",
    kind="image",
    shape=(28, 28),
    dtype="uint8",
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    sizes={"train": 60000, "test": 10000},
    source=IdxSource(
        folder="FashionMNIST",
        files=(
            IdxFile(
                split="train",
                part="images",
                filename="train-images-idx3-ubyte",
                sha256="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                count=60000,
            ),
            IdxFile(
                split="train",
                part="labels",
                filename="train-labels-idx1-ubyte",
                sha256="bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                count=60000,
            ),
            IdxFile(
                split="test",
                part="images",
                filename="t10k-images-idx3-ubyte",
                sha256="5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                count=10000,
            ),
            IdxFile(
                split="test",
                part="labels",
                filename="t10k-labels-idx1-ubyte",
                sha256="0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
                count=10000,
            ),
        ),
        download="workbench_pytorch.download:download_fashion_mnist",
        packages=(
            DebianPackage(name="dataset-fashion-mnist", folder="/usr/share/datasets/fashion-mnist"),
        ),
        sample="workbench_pytorch:samples/fashion-mnist",
    ),
    licence="MIT, Zalando SE",
    homepage="https://github.com/zalandoresearch/fashion-mnist",
)

TOY = DatasetSpec(
    name="toy",
    title="Toy points",
    description="Five points in the plane to train on and two to test, of two classes.",
    kind="vector",
    shape=(2,),
    dtype="float32",
    classes=("0", "1"),
    sizes={"train": 5, "test": 2},
    load="workbench_pytorch.toy:load_toy",
    licence="MIT",
)

MOONS = DatasetSpec(
    name="toy-moons",
    title="Toy moons",
    description="1,000 points in the plane on two half circles that hook into each other.",
    kind="vector",
    shape=(2,),
    dtype="float32",
    task="binary",
    classes=("upper", "lower"),
    sizes={"train": 800, "test": 200},
    load="workbench_pytorch.toy:load_moons",
    licence="MIT",
)

WAVES = DatasetSpec(
    name="toy-waves",
    title="Toy waves",
    description="1,000 points in the plane, each with the height of a wave there: a regression.",
    kind="vector",
    shape=(2,),
    dtype="float32",
    task="regression",
    targets=("height",),
    sizes={"train": 800, "test": 200},
    load="workbench_pytorch.toy:load_waves",
    licence="MIT",
)

DATASETS = (FASHION_MNIST, TOY, MOONS, WAVES)
