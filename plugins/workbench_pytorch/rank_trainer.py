"""The trainer of one of several processes that train one model together."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from workbench.api import Evaluation, ModelSummary, TensorView, TrainerContext, UserError
from workbench_pytorch.checkpoint import (
    TrainingState,
    check_model,
    check_optimizer,
    read_model,
    read_state,
    write_state,
)
from workbench_pytorch.compiling import Forward, compiled
from workbench_pytorch.devices import rank_device
from workbench_pytorch.randomness import (
    rank_states,
    set_rank_states,
    shuffled,
    unchanged_generators,
)
from workbench_pytorch.rank_batches import RankBatches
from workbench_pytorch.rank_group import RankGroup
from workbench_pytorch.scoring import Score
from workbench_pytorch.trainer import PytorchTrainer


class RankTrainer(PytorchTrainer):
    """Rank 0 is driven by the engine, and says to the others what to do, who follow it.

    The model's gradients are those of the whole batch, so the losses are those of one
    process, to rounding. Evaluations are the same to the last digit.
    """

    def __init__(self, context: TrainerContext) -> None:
        if context.ranks is None:
            raise UserError("This trainer is for several processes; use the other one.")
        self._sharding: Any = None
        if context.options.parallel == "fsdp":
            # Only where it is wanted: it takes a second to import.
            self._sharding = importlib.import_module("workbench_pytorch.sharding")
        if self._sharding and context.options.precision == "fp16":
            raise UserError("FSDP scales no fp16 gradients; set backend.precision to bf16.")
        if context.options.cuda_graphs:
            raise UserError("CUDA graphs are for one device; set backend.cuda_graphs to false.")
        self._ranks = context.ranks
        self._group = RankGroup(context.ranks, rank_device(context))
        self.places = self._group.places
        super().__init__(context)
        self._batches = RankBatches(
            context, self._group.rank, self._group.size, self._format, self._device
        )
        self._shared = self._shared_forward(compile=context.options.compile)
        self._whole: nn.Module | None = None
        self.device = f"{self._group.size} x {self._device.type}"
        if self._group.rank:
            # Other noise than rank 0's, whose generator also draws the order for all.
            torch.manual_seed(context.seed + self._group.rank)

    def _choose_device(self) -> torch.device:
        return rank_device(self._context)

    def _place(self, model: nn.Module, layout: torch.memory_format) -> nn.Module:
        if self._device.type == "cuda":
            # Statistics of the whole batch; PyTorch has it on GPUs alone.
            model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
        if self._sharding:
            return self._sharding.shard(model, self._device, self._ranks.size)
        return super()._place(model, layout)

    def _shared_forward(self, *, compile: bool) -> Forward:
        if self._sharding:
            shared: nn.Module = self._model
        else:
            index = [self._device.index] if self._device.type == "cuda" else None
            shared = DistributedDataParallel(self._model, index, gradient_as_bucket_view=True)
        return compiled(shared) if compile else shared

    # What rank 0 is asked for, and says to the others.

    def _set_order(self, seed: int | None) -> None:
        self._group.tell("order", seed)
        self._use_order(seed)

    def train(self, batches: range, learning_rates: Sequence[float]) -> Sequence[float]:
        """Train on these batches with the other ranks; gives the loss of each whole batch."""
        self._group.tell("train", batches.start, batches.stop, list(learning_rates))
        return self._train(batches, learning_rates)

    def evaluate(self, split: str) -> Evaluation:
        """One pass over a split, of which each rank reads some batches: each item once."""
        self._data.evaluation(split)  # before the others are told of a split that is not there
        self._group.tell("evaluate", split)
        return self._evaluate(split)

    def save(self, folder: Path) -> None:
        """Write all that an exact resume needs, with each rank's random generators."""
        self._group.tell("save")
        model, optimizer, generators = self._state()
        scaler = self._precision.state()
        write_state(folder, TrainingState(model, optimizer, generators, self._order_seed, scaler))

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint of any number of ranks, on all of them."""
        state = read_state(folder)
        check_model(state.model, self._model.state_dict(), folder)
        check_optimizer(state.optimizer, self._optimizer.state_dict(), folder)
        self._group.tell("load", str(folder))
        self._load(state)

    def load_weights(self, folder: Path) -> None:
        """Begin with a checkpoint's weights on all ranks."""
        check_model(read_model(folder), self._model.state_dict(), folder)
        self._group.tell("load_weights", str(folder))
        self._load_model(read_model(folder))

    def logits_of(self, inputs: Any) -> Sequence[Sequence[float]]:
        """As of one process."""
        with self._whole_model():
            return super().logits_of(inputs)

    def saliency(self, item: Any) -> Sequence[Sequence[float]]:
        """As of one process."""
        with self._whole_model():
            return super().saliency(item)

    def summary(self) -> ModelSummary:
        """As of one process."""
        with self._whole_model():
            return super().summary()

    def tensors(self, split: str, indices: Sequence[int]) -> Sequence[TensorView]:
        """As of one process, but not of a sharded model."""
        if self._sharding:
            raise UserError(
                "The tensors of a model that is divided among devices can't be shown; stop the "
                "run and look at its checkpoint."
            )
        return super().tensors(split, indices)

    def dismiss(self) -> None:
        """Rank 0: tell the others that this is the end."""
        self._group.tell("end")
        self._group.close()

    def follow(self) -> None:
        """Any other rank: do what rank 0 does, until it says that this is the end."""
        while (heard := self._group.hear())[0] != "end":
            self._do(*heard)
        self._group.close()

    def _do(self, word: str, details: list[Any]) -> None:
        match word, details:
            case "train", [start, stop, rates]:
                self._train(range(start, stop), rates)
            case "order", [seed]:
                self._use_order(seed)
            case "evaluate", [split]:
                self._evaluate(split)
            case "save", []:
                self._state()
            case "gather", []:
                self._sharding.whole(self._model.state_dict())
            case "load", [folder]:
                self._load(read_state(Path(folder)))
            case "load_weights", [folder]:
                self._load_model(read_model(Path(folder)))

    # What all ranks do.

    def _use_order(self, seed: int | None) -> None:
        self._order_seed = seed
        size = len(self._context.splits["train"])
        self._order = None if seed is None else self._batches.own(shuffled(size, seed))

    def _train(self, batches: range, learning_rates: Sequence[float]) -> Sequence[float]:
        self._model.train()
        self._whole = None
        losses: list[Tensor] = []
        read = self._batches.read(batches, self._order)
        for batch, (inputs, labels), rate in zip(batches, read, learning_rates, strict=True):
            self._set_learning_rate(rate)
            if self._augment is not None:
                inputs = torch.stack([self._augment(item) for item in inputs])
            with self._precision.forward_context():
                loss = self._loss(self._shared(inputs), labels)
            weight = self._batches.weight(batch)
            loss = loss if weight == 1.0 else loss * weight
            self._optimizer.zero_grad(set_to_none=True)
            self._precision.step(loss, self._optimizer)
            losses.append(loss.detach())
        sums = self._group.add_up(torch.stack(losses))
        return [value / self._group.size for value in sums]

    def _evaluate(self, split: str) -> Evaluation:
        source, steps = self._data.evaluation(split), self._data.steps(split)
        rank, ranks = self._group.rank, self._group.size
        mine = range(steps * rank // ranks, steps * (rank + 1) // ranks)
        self._model.eval()
        found = torch.zeros(steps, dtype=torch.float64, device=self._device)
        score = Score(self._context.dataset.task, self._device)
        with unchanged_generators(self._device), torch.no_grad():
            for batch, (inputs, labels) in zip(mine, source.read(mine), strict=True):
                with self._precision.forward_context():
                    logits = self._forward(inputs)
                    found[batch] = self._loss(logits, labels)
                score.add(logits, labels)
            if self._sharding and len(mine) < -(-steps // ranks):
                # The others' last forward pass needs this rank's weights.
                self._forward(next(iter(source.read(range(1))))[0])
        sums = self._group.add_up(torch.cat([found, score.sums()]))
        score.take_sums(sums[steps:])
        total = 0.0
        for loss in sums[:steps]:  # in the order in which one process adds them
            total += loss
        return score.evaluation(total / steps, len(self._context.splits[split]))

    def _state(self) -> tuple[dict[str, Tensor], dict[str, Any], dict[str, Tensor]]:
        """Model, optimizer and, on rank 0, the generators of all ranks."""
        model, optimizer = self._model.state_dict(), self._optimizer.state_dict()
        if self._sharding:
            model, optimizer = self._sharding.whole(model), self._sharding.whole(optimizer)
        return model, optimizer, rank_states(self._device, self._group.gather)

    def _load(self, state: TrainingState) -> None:
        self._load_model(dict(state.model))
        optimizer = dict(state.optimizer)
        if self._sharding:
            optimizer = self._sharding.sharded_optimizer(optimizer, self._optimizer)
        self._optimizer.load_state_dict(optimizer)
        self._precision.set_state(dict(state.scaler))
        self._use_order(state.order_seed)
        set_rank_states(dict(state.generators), self._group.rank, self._device)

    def _load_model(self, tensors: Any) -> None:
        self._whole = None
        if self._sharding:
            tensors = self._sharding.sharded_model(tensors, self._model)
        self._model.load_state_dict(tensors)

    @contextmanager
    def _whole_model(self) -> Iterator[None]:
        """Let this rank alone compute with the model; a sharded one is put together on the CPU."""
        if not self._sharding:
            yield
            return
        own = self._model, self._forward, self._device
        if self._whole is None:
            self._group.tell("gather")
            tensors = self._sharding.whole(self._model.state_dict())
            with unchanged_generators(self._device):
                self._whole = self._context.build_model()
            self._whole.load_state_dict(tensors)
        self._model = self._forward = self._whole
        self._device = torch.device("cpu")
        try:
            yield
        finally:
            self._model, self._forward, self._device = own
