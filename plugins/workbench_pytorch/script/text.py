"""The text of a program that is the same for each plan, or one of a few."""

HEADER = '''\
"""Train {model} on {dataset} with {optimizer}, by PyTorch and torchvision alone.

It prints the same lines as the run whose plan it was written from, on the same data. The
data is downloaded into the folder "data", or is read from --data DIR.
"""
'''

IMPORTS = """\
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor
"""

BEST_DEVICE = """\
device = torch.device(
    "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
)
"""

LOSSES = {
    "cross-entropy": "",
    "mse": """\
class OneHotMSELoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.mse = nn.MSELoss()

    def forward(self, pred, y):
        one_hot = nn.functional.one_hot(y, pred.shape[1])
        return self.mse(pred, one_hot.to(pred.dtype))
""",
}
LOSS_CALLS = {"cross-entropy": "nn.CrossEntropyLoss()", "mse": "OneHotMSELoss()"}

TRAIN = """\
def train(dataloader, model, loss_fn, optimizer):
    size = len(dataloader.dataset)
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        X, y = X.to(device), y.to(device)

        # Compute prediction error
        pred = model(X)
        loss = loss_fn(pred, y)

        # Backpropagation
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

        if batch % log_every == 0:
            loss, current = loss.item(), (batch + 1) * len(X)
            print(f"loss: {loss:>7f}  [{current:>5d}/{size:>5d}]")
"""

TRAIN_BY_SCHEDULE = TRAIN.replace(
    "loss_fn, optimizer):",
    "loss_fn, optimizer, epoch):",
).replace(
    "        # Compute",
    """\
        # Set the learning rate
        factor = schedule_factor(epoch * len(dataloader) + batch, len(dataloader))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * factor

        # Compute""",
)

TEST = """\
def test(dataloader, model, loss_fn):
    size = len(dataloader.dataset)
    num_batches = len(dataloader)
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in dataloader:
            X, y = X.to(device), y.to(device)
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    test_loss /= num_batches
    correct /= size
    print(f"Test Error: \\n Accuracy: {(100 * correct):>0.1f}%, Avg loss: {test_loss:>8f} \\n")
    return correct, test_loss
"""

MAIN = """\
def main():
    parser = argparse.ArgumentParser(description="Train {model} on {dataset}.")
    parser.add_argument("--data", default="data", help="folder of torchvision's datasets")
    root = parser.parse_args().data
{settings}
    # Download training data from open datasets.
    training_data = datasets.{dataset_class}(
        root=root,
        train=True,
        download=True,
        transform=ToTensor(),
    )

    # Download test data from open datasets.
    test_data = datasets.{dataset_class}(
        root=root,
        train=False,
        download=True,
        transform=ToTensor(),
    )

    # Create data loaders.
    train_dataloader = DataLoader({train_arguments})
    test_dataloader = DataLoader({test_arguments})

    torch.manual_seed(seed)
    model = {model_class}().to(device)
    loss_fn = {loss}
    optimizer = {optimizer}

{loop}
    print("Done!")


if __name__ == "__main__":
    main()
"""

LOOP = """\
    for t in range(epochs):
        print(f"Epoch {t}\\n-------------------------------")
        train(train_dataloader, model, loss_fn, optimizer)
        test(test_dataloader, model, loss_fn)"""

LOOP_WITH_PATIENCE = """\
    best, epochs_since_best = None, 0
    for t in range(epochs):
        print(f"Epoch {t}\\n-------------------------------")
        train(train_dataloader, model, loss_fn, optimizer)
        accuracy, test_loss = test(test_dataloader, model, loss_fn)
        if best is None or METRIC:
            best, epochs_since_best = VALUE, 0
        else:
            epochs_since_best += 1
        if epochs_since_best >= patience:
            break"""
METRICS = {"accuracy": ("accuracy > best", "accuracy"), "loss": ("test_loss < best", "test_loss")}
