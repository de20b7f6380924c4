"""A plan's document as a program."""

from collections.abc import Mapping
from typing import Any

from workbench.api import DatasetInfo, UserError
from workbench.api.scripts import schedule_code, schedule_settings
from workbench_keras.script import text
from workbench_keras.script.choices import dataset_names, model_code, optimizer_call

Document = Mapping[str, Any]


def write_script(document: Document, dataset: DatasetInfo) -> str:
    """A program that trains as the plan says and prints the same lines.

    Raises :class:`UserError` for a plan that can't be written out.
    """
    _refuse(document)
    names = {kind: document[kind]["name"] for kind in ("model", "dataset", "optimizer")}
    module, folder = dataset_names(document["dataset"], dataset)
    has_npz = module == "mnist"
    places = f"{'mnist.npz or ' if has_npz else ''}{folder}/raw/ in unpacked IDX files"
    schedule = schedule_code(document["schedule"])
    data = text.DATA.format(module=module, folder=folder, npz=text.NPZ if has_npz else "")
    parts = [
        f"{text.HEADER.format(**names, places=places)}\n{_imports(schedule)}\n{_globals(document)}",
        data,
        schedule,
        _model(document, dataset, names),
        text.STEPS,
        _train(document["data"], bool(schedule)),
        text.TEST,
        _loop(document),
    ]
    return "\n\n".join(part for part in parts if part)


def _refuse(document: Document) -> None:
    wanted = {"precision": "float32", "jit_compile": False}
    for name, value in wanted.items():
        if document["backend"][name] != value:
            shown = str(value).lower()
            raise UserError(
                f"A script can't be written with backend.{name} other than {shown}; set it to that."
            )
    if document.get("start_from"):
        raise UserError(
            "A script can't be written for a run that begins with another's weights (start_from)."
        )


def _imports(schedule: str) -> str:
    needed = ["argparse", "math"] if "math." in schedule else ["argparse"]
    own = "".join(f"import {name}\n" for name in needed)
    return f"{own}from pathlib import Path\n\nimport numpy as np\nimport tensorflow as tf\n"


def _globals(document: Document) -> str:
    values = {
        "epochs": document["epochs"],
        "batch_size": document["data"]["batch_size"],
        "learning_rate": float(document["optimizer"]["lr"]),
        **schedule_settings(document["schedule"]),
        "log_every": document["log_every"],
        "seed": document["seed"],
    }
    if document["patience"]:
        values["patience"] = document["patience"]
    lines = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    return _device(document) + lines


def _device(document: Document) -> str:
    kind, _, number = document["device"].partition(":")
    first = int(number or 0)
    chosen = "[]"
    if kind != "cpu":
        chosen = f'tf.config.list_physical_devices("GPU")[{first or ""}:{first + 1}]'
    lines = f'tf.config.set_visible_devices({chosen}, "GPU")\n'
    threads = document["backend"].get("threads")
    if threads is not None:
        lines += f"tf.config.threading.set_intra_op_parallelism_threads({threads})\n"
    return lines


def _model(document: Document, dataset: DatasetInfo, names: Mapping[str, str]) -> str:
    loss = text.LOSSES[document["loss"]].format(classes=dataset.num_classes)
    optimizer = f"optimizer = {optimizer_call(document['optimizer'])}\n"
    built = "optimizer.build(model.trainable_variables)\n"
    model = model_code(document["model"], dataset)
    return f"{text.PREPARE.format(**names)}{model}\n{loss}{optimizer}{built}"


def _train(data: Document, has_schedule: bool) -> str:
    return text.TRAIN.format(
        num_batches=text.BATCHES[data["drop_last"]],
        order=text.ORDERS[data["shuffle"]],
        schedule=text.SCHEDULE if has_schedule else "",
    )


def _loop(document: Document) -> str:
    if not document["patience"]:
        return text.LOOP
    condition, value = text.METRICS[document["checkpoint"]["keep_best"]]
    return text.LOOP_WITH_PATIENCE.replace("METRIC", condition).replace("VALUE", value)
