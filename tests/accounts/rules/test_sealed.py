import pytest

from accounts.rules.sealed import CannotOpen, seal, unseal


def test_what_was_sealed_opens_with_the_same_key_and_purpose_only():
    sealed = seal("https://hooks.example/…", key="one", purpose="chat")

    assert "hooks" not in sealed
    assert unseal(sealed, keys=["two", "one"], purpose="chat") == "https://hooks.example/…"
    with pytest.raises(CannotOpen):
        unseal(sealed, keys=["two"], purpose="chat")
    with pytest.raises(CannotOpen):
        unseal(sealed, keys=["one"], purpose="mail")
    with pytest.raises(CannotOpen):
        unseal(sealed[:-4] + "AAA=", keys=["one"], purpose="chat")
    with pytest.raises(CannotOpen):
        unseal("é", keys=["one"], purpose="chat")
