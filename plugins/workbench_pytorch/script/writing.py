"""A plan's document as a program."""

from collections.abc import Mapping
from typing import Any

from workbench.api import DatasetInfo, UserError
from workbench.api.scripts import schedule_code, schedule_settings
from workbench_pytorch.script import text
from workbench_pytorch.script.choices import dataset_class, model_class, optimizer_call

Document = Mapping[str, Any]


def write_script(document: Document, dataset: DatasetInfo) -> str:
    """A program that trains as the plan says and prints the same lines, to the last digit.

    Raises :class:`UserError` for a plan that can't be written out.
    """
    _refuse(document)
    names = {kind: document[kind]["name"] for kind in ("model", "dataset", "optimizer")}
    # First: another dataset may have another task, whose losses are unknown here.
    data_class = dataset_class(document["dataset"], dataset)
    model_name, model = model_class(document["model"], dataset)
    schedule = schedule_code(document["schedule"])
    parts = [
        f"{text.HEADER.format(**names)}\n{_imports(schedule)}\n{_globals(document)}",
        model,
        text.LOSSES[document["loss"]],
        schedule,
        text.TRAIN_BY_SCHEDULE if schedule else text.TRAIN,
        text.TEST,
        text.MAIN.format(
            **names | {"optimizer": optimizer_call(document["optimizer"])},
            settings=_settings(document["backend"]),
            dataset_class=data_class,
            train_arguments=_loader("training_data", document["data"], "shuffle", "drop_last"),
            test_arguments=_loader("test_data", document["data"]),
            model_class=model_name,
            loss=text.LOSS_CALLS[document["loss"]],
            loop=_loop(document, bool(schedule)),
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def _refuse(document: Document) -> None:
    wanted = {"precision": "float32", "compile": False, "channels_last": False}
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
    return "".join(f"import {name}\n" for name in needed) + "\n" + text.IMPORTS


def _globals(document: Document) -> str:
    device = document["device"]
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
    fixed = f'device = torch.device("{device}")\n'
    return (text.BEST_DEVICE if device == "auto" else fixed) + lines


def _settings(backend: Document) -> str:
    lines = ""
    if backend.get("threads") is not None:
        lines += f"    torch.set_num_threads({backend['threads']})\n"
    if backend["tf32"]:
        lines += '    torch.set_float32_matmul_precision("high")\n'
    return lines


def _loader(dataset: str, options: Document, *flags: str) -> str:
    arguments = [dataset, "batch_size=batch_size"]
    arguments += [f"{flag}=True" for flag in flags if options[flag]]
    if options["workers"]:
        arguments.append(f"num_workers={options['workers']}")
    line = ", ".join(arguments)
    return line if len(line) < 60 else f"\n        {line}\n    "


def _loop(document: Document, has_schedule: bool) -> str:
    condition, value = text.METRICS[document["checkpoint"]["keep_best"]]
    loop = text.LOOP
    if document["patience"]:
        loop = text.LOOP_WITH_PATIENCE.replace("METRIC", condition).replace("VALUE", value)
    return loop.replace("optimizer)", "optimizer, t)") if has_schedule else loop
