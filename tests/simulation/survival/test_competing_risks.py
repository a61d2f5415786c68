

def test_causes_may_be_an_array_of_text():
    listed = ag.survival.aalen_johansen([1, 2, 3], ["left", "", "expired"])
    assert ag.survival.aalen_johansen(np.array([1, 2, 3]), np.array(["left", "", "expired"])) == listed
