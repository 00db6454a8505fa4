"""The scenarios, one module per theme. A scenario is a function that takes the Lab and says what it shows."""
import importlib

THEMES = ("transfers", "data_failures", "control", "security")
REGISTRY = {}


class Scenario:
    def __init__(self, name, shows, function):
        self.name, self.shows, self.function = name, shows, function


def scenario(name, shows):
    def register(function):
        REGISTRY[name] = Scenario(name, shows, function)
        return function
    return register


def all_scenarios():
    for theme in THEMES:
        importlib.import_module(f"scenarios.{theme}")
    return REGISTRY
