"""Settings out of the environment."""

from pathlib import Path

import pytest

from saleshandy_mcp.core.settings import Settings


def test_nothing_set_is_the_real_api_without_a_key_and_without_files() -> None:
    settings = Settings.from_env({})
    assert settings.key is None
    assert settings.base_url == "https://open-api.saleshandy.com/v1"
    assert settings.files is None


def test_a_key_is_taken_without_the_blanks_around_it_and_shown_nowhere() -> None:
    settings = Settings.from_env({"SALESHANDY_API_KEY": " canary-key \n"})
    assert settings.key is not None
    assert settings.key.get_secret_value() == "canary-key"
    assert "canary" not in repr(settings)


@pytest.mark.parametrize("key", ["two words", "clé", "a\x00b"])
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ValueError, match="SALESHANDY_API_KEY") as caught:
        Settings.from_env({"SALESHANDY_API_KEY": key})
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8787/v1/", "http://localhost:1/v1", "https://staging.example.com/v1"]
)
def test_another_address_is_taken_over_https_or_on_this_machine(url: str) -> None:
    assert Settings.from_env({"SALESHANDY_BASE_URL": url}).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["http://example.com/v1", "ftp://example.com", "example.com", "https://u:p@example.com", "https://"]
)
def test_an_address_that_would_carry_the_key_in_the_clear_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SALESHANDY_BASE_URL"):
        Settings.from_env({"SALESHANDY_BASE_URL": url})


def test_a_folder_of_files_has_to_be_there(tmp_path: Path) -> None:
    assert Settings.from_env({"SALESHANDY_FILES": str(tmp_path)}).files == tmp_path
    with pytest.raises(ValueError, match="SALESHANDY_FILES is not a folder"):
        Settings.from_env({"SALESHANDY_FILES": str(tmp_path / "none")})


def test_the_file_of_the_rules_is_named_by_the_environment() -> None:
    assert Settings.from_env({"SALESHANDY_RULES": " /etc/rules.toml "}).rules == Path("/etc/rules.toml")
    assert Settings.from_env({"SALESHANDY_RULES": " "}).rules is None
