"""What a store refuses or cannot do, each as an error of its own whose values a caller can act on.

No message holds what a case says: errors end up in logs, and what is kept here is about children.
"""

from __future__ import annotations

from inclusion_rules.errors import InclusionRulesError


class StoreError(InclusionRulesError):
    """The root of everything that a store raises on purpose."""


class StoreAddressError(StoreError):
    """The address of a store leads nowhere, or to something that is not a store."""


class StoreFormError(StoreAddressError):
    """There is a store, in a form that this version of the library does not read."""


class StoreBusyError(StoreError):
    """Others kept the database to themselves for too long. Nothing was written, so trying again is safe."""


class StoreFailedError(StoreError):
    """The database could not do what was asked (a full disk, a connection that broke); nothing was written."""


class ReadOnlyStoreError(StoreFailedError):
    """The store can be read here and not be written; nothing was written."""


class RefusedEntryError(StoreError):
    """What was to be recorded does not fit its case, or could not be given back as it is; nothing was written."""


class UnknownCaseError(StoreError):
    """The store holds no case of that id."""

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(f"the store holds no case `{case_id}`")

    def __reduce__(self) -> tuple[type[UnknownCaseError], tuple[str]]:
        return (UnknownCaseError, (self.case_id,))


class ErasedCaseError(StoreError):
    """What the case said has been erased. Its chain is still there to be verified, and nothing can be added to it."""

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(f"case `{case_id}` has been erased: its chain can be verified, and it can no longer be read")

    def __reduce__(self) -> tuple[type[ErasedCaseError], tuple[str]]:
        return (ErasedCaseError, (self.case_id,))


class CaseExistsError(StoreError):
    """A case with this reference is already kept; `case_id` is the id it is kept under."""

    def __init__(self, reference: str, case_id: str) -> None:
        self.reference = reference
        self.case_id = case_id
        super().__init__(f"a case with this reference is already kept, as `{case_id}`")

    def __reduce__(self) -> tuple[type[CaseExistsError], tuple[str, str]]:
        return (CaseExistsError, (self.reference, self.case_id))


class StaleVersionError(StoreError):
    """The case has moved on since it was read: read it again, look whether the step still makes sense, and retry."""

    def __init__(self, case_id: str, expected: int, found: int) -> None:
        self.case_id = case_id
        self.expected = expected
        self.found = found
        super().__init__(
            f"case `{case_id}` was expected to stand at entry {expected} and stands at {found}; nothing was written"
        )

    def __reduce__(self) -> tuple[type[StaleVersionError], tuple[str, int, int]]:
        return (StaleVersionError, (self.case_id, self.expected, self.found))


class KeyReusedError(StoreError):
    """An idempotency key that already stands for something else: entry `number`, or the opening where it is 0."""

    def __init__(self, case_id: str, number: int) -> None:
        self.case_id = case_id
        self.number = number
        super().__init__(
            f"this idempotency key already belongs to entry {number} of case `{case_id}`, which says something else; "
            "nothing was written"
        )

    def __reduce__(self) -> tuple[type[KeyReusedError], tuple[str, int]]:
        return (KeyReusedError, (self.case_id, self.number))


class DamagedStoreError(StoreError):
    """Something in the store is not what was written. `inclusion-rules audit` says all that can be said about it."""
