"""The scenarios, one module per theme. A scenario is a function that takes the Lab and says what it shows."""
import importlib

THEMES = ("transfers", "data_failures", "control", "security", "links", "modes", "names", "protected", "slow_links",
          "near_misses", "nat", "firewalls", "paths", "strangers", "holes_and_others", "refusals", "waits", "setups", "files",
          "tls_faults", "breaks")
REGISTRY = {}


class Scenario:
    """`folder`: where its files go, below that of the captures."""

    def __init__(self, name, shows, function, folder):
        self.name, self.shows, self.function, self.folder = name, shows, function, folder


def scenario(name, shows, folder=""):
    def register(function):
        REGISTRY[name] = Scenario(name, shows, function, folder)
        return function
    return register


def all_scenarios():
    for theme in THEMES:
        importlib.import_module(f"scenarios.{theme}")
    return REGISTRY
