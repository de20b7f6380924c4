"""The plain PyTorch script that the benchmarks compare with: FashionMNIST, an MLP, SGD.

``python benchmarks/plain_script.py DATA_DIR EPOCHS`` prints what such a script prints, and as
its last line of standard error the seconds that it trained and tested. DATA_DIR has
``FashionMNIST/raw`` with unpacked IDX files.
"""

import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor


class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(28 * 28, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
            nn.Linear(512, 10),
        )

    def forward(self, x):
        return self.linear_relu_stack(self.flatten(x))


def train(loader, model, loss_fn, optimizer, device):
    size = len(loader.dataset)
    model.train()
    for batch, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if batch % 100 == 0:
            loss, current = loss.item(), (batch + 1) * len(x)
            print(f"loss: {loss:>7f}  [{current:>5d}/{size:>5d}]")


def test(loader, model, loss_fn, device):
    size, batches = len(loader.dataset), len(loader)
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            pred = model(x)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    test_loss /= batches
    correct /= size
    print(f"Test Error: \n Accuracy: {(100 * correct):>0.1f}%, Avg loss: {test_loss:>8f} \n")


def main(data_dir, epochs):
    training_data = datasets.FashionMNIST(data_dir, train=True, transform=ToTensor())
    test_data = datasets.FashionMNIST(data_dir, train=False, transform=ToTensor())
    train_loader = DataLoader(training_data, batch_size=64)
    test_loader = DataLoader(test_data, batch_size=64)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    model = NeuralNetwork().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    began = time.perf_counter()
    for epoch in range(epochs):
        print(f"Epoch {epoch}\n-------------------------------")
        train(train_loader, model, loss_fn, optimizer, device)
        test(test_loader, model, loss_fn, device)
    print(time.perf_counter() - began, file=sys.stderr)
    print("Done!")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
