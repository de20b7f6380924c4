"""Two estimators in one shape. Only a run's own process imports this module."""

import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier

from workbench.api import UserError

# Small enough to change no weight: an estimator has weights only after its first partial_fit.
_NO_STEP = 1e-300


class Linear:
    """``SGDClassifier`` with the logistic loss."""

    def __init__(self, options):
        self.estimator = SGDClassifier(
            loss="log_loss",
            alpha=options.alpha,
            learning_rate="constant",
            eta0=_NO_STEP,
            shuffle=False,
            random_state=0,
        )

    def use(self, optimizer, options):
        """It has its own descent and no other."""
        if optimizer != "sgd":
            raise UserError(
                "The model sklearn-linear learns by plain descent only; choose the optimizer "
                "sklearn-sgd."
            )

    def begin(self, features, classes, seed):
        """Make the weights, all zero."""
        self.estimator.partial_fit(np.zeros((1, features)), [0], classes=np.arange(classes))
        self.estimator.coef_[...] = 0
        self.estimator.intercept_[...] = 0

    def step(self, inputs, labels, learning_rate):
        """One pass over the batch."""
        self.estimator.eta0 = learning_rate
        self.estimator.partial_fit(inputs, labels)

    @property
    def weights(self):
        """The weights by name; changing an array changes the estimator."""
        return {"coef": self.estimator.coef_, "intercept": self.estimator.intercept_}

    def state(self):
        """Nothing is kept from step to step but their count."""
        return {"steps": np.array(self.estimator.t_)}

    def restore(self, state):
        """What ``state`` gave."""
        self.estimator.t_ = float(state["steps"])


class Perceptron:
    """``MLPClassifier`` with plain descent or Adam."""

    def __init__(self, options):
        self.estimator = MLPClassifier(
            hidden_layer_sizes=options.hidden,
            activation=options.activation,
            alpha=options.alpha,
            learning_rate_init=_NO_STEP,
            shuffle=False,
            momentum=0.0,
            nesterovs_momentum=False,
            n_iter_no_change=2**62,  # when to end is the plan's business
        )

    def use(self, optimizer, options):
        """How it learns."""
        self.estimator.set_params(solver=optimizer, **options)

    def begin(self, features, classes, seed):
        """Draw the first weights; the optimizer begins with the first real step."""
        self.estimator.set_params(random_state=seed, batch_size=1)
        self.estimator.partial_fit(np.zeros((1, features)), [0], classes=np.arange(classes))
        del self.estimator._optimizer

    def step(self, inputs, labels, learning_rate):
        """One step on the whole batch."""
        self.estimator.set_params(batch_size=len(inputs), learning_rate_init=learning_rate)
        optimizer = getattr(self.estimator, "_optimizer", None)
        if optimizer is not None:  # scikit-learn offers no other way to change the rate
            optimizer.learning_rate = optimizer.learning_rate_init = learning_rate
        self.estimator.partial_fit(inputs, labels)
        self.estimator.loss_curve_.clear()  # or it would grow with each batch

    @property
    def weights(self):
        """The weights by name; changing an array changes the estimator."""
        layers = enumerate(zip(self.estimator.coefs_, self.estimator.intercepts_, strict=True))
        return {
            f"{index}.{name}": array
            for index, pair in layers
            for name, array in zip(("weight", "bias"), pair, strict=True)
        }

    def state(self):
        """Adam's moments; plain descent keeps nothing."""
        optimizer = getattr(self.estimator, "_optimizer", None)
        if optimizer is None or self.estimator.solver != "adam":
            return {}
        moments = {"first": optimizer.ms, "second": optimizer.vs}
        arrays = {
            f"{name}.{index}": array
            for name, of_all in moments.items()
            for index, array in enumerate(of_all)
        }
        return {"steps": np.array(optimizer.t), **arrays}

    def restore(self, state):
        """What ``state`` gave."""
        if "steps" not in state:
            return
        arrays = {name: array.copy() for name, array in self.weights.items()}
        self.step(np.zeros((1, self.estimator.n_features_in_)), [0], _NO_STEP)
        for name, array in self.weights.items():
            array[...] = arrays[name]
        optimizer, count = self.estimator._optimizer, len(arrays)
        optimizer.t = int(state["steps"])
        optimizer.ms = [state[f"first.{index}"] for index in range(count)]
        optimizer.vs = [state[f"second.{index}"] for index in range(count)]
