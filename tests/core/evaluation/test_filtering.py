from workbench.core.evaluation import ItemFilter, most_confused, select
from workbench.core.evaluation.filtering import Confusion


def test_right_and_wrong(result):
    assert select(result, ItemFilter()) == (0, 1, 2, 3, 4, 5)
    assert select(result, ItemFilter(outcome="right")) == (0, 2, 4)
    assert select(result, ItemFilter(outcome="wrong")) == (1, 3, 5)


def test_a_class_and_a_cell_of_the_confusion_matrix(result):
    assert select(result, ItemFilter(actual=2)) == (1, 2, 5)
    cell = select(result, ItemFilter(actual=2, predicted=1))
    assert cell == (1, 5)
    assert len(cell) == result.confusion[2][1]
    assert select(result, ItemFilter(predicted=0, outcome="wrong")) == (3,)
    assert select(result, ItemFilter(actual=0, outcome="wrong")) == ()


def test_the_most_wrong_and_the_least_sure_first(result):
    assert select(result, ItemFilter(order="most-wrong"))[:3] == (3, 5, 1)
    assert select(result, ItemFilter(order="least-sure"))[0] == 4
    wrong = ItemFilter(outcome="wrong", order="least-sure")
    assert select(result, wrong) == (5, 1, 3)


def test_the_most_frequent_mistakes(result):
    assert most_confused(result, 5) == (Confusion(2, 1, 2), Confusion(1, 0, 1))
    assert most_confused(result, 1) == (Confusion(2, 1, 2),)
