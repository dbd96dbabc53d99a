"""What a question to the Admin API costs, and the bucket of points that it is paid from."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

MUTATION_POINTS = 10
CONNECTION_POINTS = 2
# What is only around the things of a list costs nothing: by its name, and by what it holds.
WRAPPERS = frozenset({"edges", "pageInfo"})
HELD_BY_WRAPPERS = frozenset({"edges", "node", "nodes", "hasNextPage"})
MAXIMUM, RESTORE_RATE = 2000.0, 100.0
# Of one question, however full the bucket is.
MOST_POINTS = 1000

Variables = Mapping[str, Any]


def estimate_points(
    schema: GraphQLSchema, document: DocumentNode, variables: Variables
) -> int:
    """The most that a valid document can cost: an object is 1, a scalar 0, a list grows with the
    logarithm of its length, as Shopify's does.
    """
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    counting = _Counting(schema, variables, fragments)

    points = [
        counting.count_operation(each)
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
    ]
    return max(1, *points)


@dataclass(frozen=True)
class _Counting:
    schema: GraphQLSchema
    variables: Variables
    fragments: Mapping[str, FragmentDefinitionNode]

    def count_operation(self, operation: OperationDefinitionNode) -> int:
        if operation.operation is OperationType.MUTATION:
            return MUTATION_POINTS
        root = self.schema.query_type
        return self.count_within(operation.selection_set, root)

    def count_within(self, selections: SelectionSetNode, parent: Any) -> int:
        fields = self._fields_of(selections, parent)
        return sum(self._count_field(field, owner) for field, owner in fields)

    def _fields_of(
        self, selections: SelectionSetNode, parent: Any
    ) -> Iterator[tuple[FieldNode, Any]]:
        """Each field, and the type that it is a field of."""
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield selection, parent
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                yield from self._fields_in(fragment, parent)
            elif isinstance(selection, InlineFragmentNode):
                yield from self._fields_in(selection, parent)

    def _fields_in(
        self, fragment: FragmentDefinitionNode | InlineFragmentNode, parent: Any
    ) -> Iterator[tuple[FieldNode, Any]]:
        condition = fragment.type_condition
        if condition is not None:
            name = condition.name.value
            parent = self.schema.get_type(name)
        yield from self._fields_of(fragment.selection_set, parent)

    def _count_field(self, field: FieldNode, owner: Any) -> int:
        if field.selection_set is None:
            return 0
        name = field.name.value
        kind = get_named_type(owner.fields[name].type)
        within = self.count_within(field.selection_set, kind)

        if name in WRAPPERS:
            return within
        if kind.name.endswith("Connection"):
            return CONNECTION_POINTS + within * self._multiplier(field)
        return (1 + within) * self._count_ids(field)

    def _count_ids(self, field: FieldNode) -> int:
        """Things that are asked for by their ids are as many as those."""
        values = dict(self.variables)
        for argument in field.arguments or ():
            if argument.name.value == "ids":
                ids = value_from_ast_untyped(argument.value, values)
                return max(1, len(ids)) if isinstance(ids, list) else 1
        return 1

    def _multiplier(self, field: FieldNode) -> int:
        size = max(2, self._size_of(field))
        return math.floor(2 * math.log(size))

    def _size_of(self, field: FieldNode) -> int:
        """A value of another kind costs as little as none: it will be refused."""
        for argument in field.arguments or ():
            if argument.name.value == "first":
                values = dict(self.variables)
                size = value_from_ast_untyped(argument.value, values)
                return size if isinstance(size, int) else 1
        return 1


def count_objects(data: Any) -> int:
    """What an answer has cost in the end: the objects in it."""
    if isinstance(data, list):
        return sum(count_objects(each) for each in data)
    if not isinstance(data, dict):
        return 0

    inside = sum(count_objects(each) for each in data.values())
    is_wrapper = not HELD_BY_WRAPPERS.isdisjoint(data)
    return inside if is_wrapper else 1 + inside


class LeakyBucket:
    """One shop's points. They come back by themselves, up to the maximum."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.maximum = MAXIMUM
        self.restore_rate = RESTORE_RATE
        self._clock = clock
        self._held = MAXIMUM
        self._at = clock()

    @property
    def available(self) -> float:
        since = self._clock() - self._at
        restored = since * self.restore_rate
        return min(self.maximum, self._held + restored)

    def set(self, available: float, restore_rate: float) -> None:
        """From now on, as a test wants it."""
        self.restore_rate = restore_rate
        self._held = min(self.maximum, available)
        self._at = self._clock()

    def take(self, points: float) -> bool:
        """Whether there were as many; then they are gone."""
        available = self.available
        if points > available:
            return False
        self.set(available - points, self.restore_rate)
        return True

    def give_back(self, points: float) -> None:
        """What a question was thought to cost and did not."""
        available = self.available + points
        self.set(available, self.restore_rate)
