"""The text of a program that is the same for each plan, or one of a few."""

HEADER = '''\
"""Train {model} on {dataset} with {optimizer}, by TensorFlow and Keras alone.

It takes the same batches in the same order as the run whose plan it was written from, and prints
the same lines. On another machine TensorFlow may round otherwise, and the losses drift apart
from their last digits on. Keras downloads the data, unless --data DIR has it as
{places}.
"""
'''

DATA = """\
def load_data(folder):
    if folder is None:
        return tf.keras.datasets.{module}.load_data()
{npz}    raw = Path(folder, "{folder}", "raw")
    x_train, x_test = (read_idx(raw / f"{{part}}-images-idx3-ubyte") for part in ("train", "t10k"))
    y_train, y_test = (read_idx(raw / f"{{part}}-labels-idx1-ubyte") for part in ("train", "t10k"))
    return (x_train, y_train), (x_test, y_test)


def read_idx(path):
    content = path.read_bytes()
    shape = np.frombuffer(content, ">i4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + shape.nbytes).reshape(shape)
"""

NPZ = """\
    if Path(folder, "mnist.npz").exists():
        with np.load(Path(folder, "mnist.npz")) as arrays:
            return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
"""

PREPARE = """\
parser = argparse.ArgumentParser(description="Train {model} on {dataset}.")
parser.add_argument("--data", help="folder that has the data already")

(x_train, y_train), (x_test, y_test) = load_data(parser.parse_args().data)
x_train, x_test = (x_train / 255.0).astype("float32"), (x_test / 255.0).astype("float32")
y_train, y_test = y_train.astype("int64"), y_test.astype("int64")

tf.keras.utils.set_random_seed(seed)
"""

LOSSES = {
    "cross-entropy": """\
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
""",
    "mse": """\
squared_error = tf.keras.losses.MeanSquaredError()


def loss_fn(y, pred):
    return squared_error(tf.one_hot(y, {classes}), pred)


""",
}

STEPS = """\
batch_of_items = [tf.TensorSpec((None, 28, 28), tf.float32), tf.TensorSpec((None,), tf.int64)]


@tf.function(input_signature=batch_of_items)
def train_step(X, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(X, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    return loss


@tf.function(input_signature=batch_of_items)
def test_step(X, y):
    pred = model(X, training=False)
    return loss_fn(y, pred), tf.math.count_nonzero(tf.argmax(pred, axis=1) == y)
"""

TRAIN = """\
def train(epoch):
    size = len(x_train)
    num_batches = {num_batches}
    order = {order}
    for batch in range(num_batches):
        items = order[batch * batch_size : (batch + 1) * batch_size]
        X, y = x_train[items], y_train[items]
{schedule}        loss = train_step(X, y)

        if batch % log_every == 0:
            loss, current = float(loss), (batch + 1) * len(X)
            print(f"loss: {{loss:>7f}}  [{{current:>5d}}/{{size:>5d}}]")
"""
ORDERS = {
    False: "np.arange(size)",
    True: "np.random.default_rng((seed, epoch)).permutation(size)",
}
BATCHES = {False: "-(-size // batch_size)", True: "size // batch_size"}
SCHEDULE = """\
        factor = schedule_factor(epoch * num_batches + batch, num_batches)
        optimizer.learning_rate = learning_rate * factor
"""

TEST = """\
def test():
    size = len(x_test)
    losses, correct = [], 0
    for first in range(0, size, batch_size):
        items = slice(first, first + batch_size)
        loss, right = test_step(x_test[items], y_test[items])
        losses.append(float(loss))
        correct += int(right)
    accuracy, test_loss = correct / size, np.mean(losses)
    print(f"Test Error: \\n Accuracy: {(100 * accuracy):>0.1f}%, Avg loss: {test_loss:>8f} \\n")
    return accuracy, test_loss
"""

LOOP = """\
for t in range(epochs):
    print(f"Epoch {t}\\n-------------------------------")
    train(t)
    test()
print("Done!")
"""

LOOP_WITH_PATIENCE = """\
best, epochs_since_best = None, 0
for t in range(epochs):
    print(f"Epoch {t}\\n-------------------------------")
    train(t)
    accuracy, test_loss = test()
    if best is None or METRIC:
        best, epochs_since_best = VALUE, 0
    else:
        epochs_since_best += 1
    if epochs_since_best >= patience:
        break
print("Done!")
"""
METRICS = {"accuracy": ("accuracy > best", "accuracy"), "loss": ("test_loss < best", "test_loss")}
