"""What a process that waits for a run does ahead of it."""

import pytest

pytestmark = pytest.mark.keras


def test_it_computes_once_and_then_takes_plans_for_one_device_with_its_own_threads(lab):
    from workbench_keras import warming

    warming._GPU_NODES = ()
    fits = warming.warm_up()
    assert fits({"devices": "1", "backend": {"name": "keras"}})
    assert fits({"devices": 1, "backend": {"name": "keras"}})
    assert not fits({"devices": "2", "backend": {"name": "keras"}})
    assert not fits({"devices": "1", "backend": {"name": "keras", "threads": 2}})


def test_where_there_is_a_gpu_tensorflow_is_not_asked_for_its_devices(lab):
    from workbench_keras import warming

    def refuse(*_):
        raise AssertionError

    asked, lab.tf.config.list_physical_devices = lab.tf.config.list_physical_devices, refuse
    nodes, warming._GPU_NODES = warming._GPU_NODES, (__file__,)
    try:
        assert warming.warm_up() is None
    finally:
        lab.tf.config.list_physical_devices, warming._GPU_NODES = asked, nodes
