"""The rules of the knowledge base: causes and acquirers as loaded from data, and the error that names what is wrong."""

from __future__ import annotations

from knowledge.acquirers import Acquirers, Profile
from knowledge.causes import Cause, Causes, Eta
from knowledge.language import RuleError

__all__ = ["Acquirers", "Cause", "Causes", "Eta", "Profile", "RuleError"]
