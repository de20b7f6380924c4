"""What a trainer does on a GPU, as far as it can be seen without one."""

import pytest

pytestmark = pytest.mark.keras


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("room", [0, 2**20])
def test_the_numbers_are_those_of_items_as_they_are_stored(lab, dtype, room):
    from workbench_keras import splits

    had_room, splits.AHEAD_ROOM_BYTES = splits.AHEAD_ROOM_BYTES, room
    try:
        wanted = lab.make_trainer(shuffle=True, dtype=dtype, sizes=(144, 48))
        found = lab.make_gpu_trainer(shuffle=True, dtype=dtype, sizes=(144, 48))
        for epoch in range(2):
            assert lab.train_epoch(found, epoch) == lab.train_epoch(wanted, epoch)
        assert found.evaluate("test") == wanted.evaluate("test")
        assert found.logits("test", [3, 1]) == wanted.logits("test", [3, 1])
    finally:
        splits.AHEAD_ROOM_BYTES = had_room
    chunks = list(found._splits.source("train").read(range(9), found._order))
    assert {chunk.inputs.dtype for chunk in chunks} == {lab.tf.float32}
    # All of them, or eight batches of 16 items and then one.
    assert [len(chunk.inputs) for chunk in chunks] == ([144] if room else [128, 16])


@pytest.mark.parametrize("model", ["dense", "cnn"])
@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_each_operation_of_a_step_has_a_kernel_for_gpus(lab, model, precision):
    """Without one it is done on the host, and all that it takes is copied there each time."""
    if not lab.tf.test.is_built_with_cuda():
        return  # this TensorFlow has kernels for the CPU alone
    trainer = lab.make_gpu_trainer(
        shuffle=True, model=model, options=lab.KerasOptions(precision=precision)
    )
    for function in (trainer._steps.train, trainer._steps.evaluate):
        graph = function.get_concrete_function().graph.as_graph_def()
        nodes = [*graph.node, *(node for part in graph.library.function for node in part.node_def)]
        assert len(nodes) > 50
        assert [node.name for node in nodes if not lab.has_gpu_kernel(node)] == []


def test_an_operation_without_one_is_found(lab):
    if not lab.tf.test.is_built_with_cuda():
        return
    graph = lab.make_trainer(shuffle=True)._steps.train.get_concrete_function().graph
    nodes = [node for part in graph.as_graph_def().library.function for node in part.node_def]
    assert {node.op for node in nodes if not lab.has_gpu_kernel(node)} == {"GatherV2"}
