"""doit's runner with processes that are worth their fork.

Children are forked when a hundred tasks are ready to run, or one that is expensive, and get batches
of tasks.
"""

import gc
import os
import sys
from collections import deque
from typing import Any, Final

from doit.control import TaskDispatcher
from doit.exceptions import TaskError
from doit.runner import Runner

from allium.engine import parallel, phases
from allium.engine.doit_internals import acts
from allium.engine.memory_use import Peak
from allium.engine.state import FLUSH_SECONDS, StateDB
from allium.engine.task_options import (
    Work,
    can_run_in_child,
    is_expensive,
    needs_values_of_others,
    prefetch,
)
from allium.engine.tuning import collection_paused
from allium.engine.workers import Result, Worker, task_batch

WORTH_A_FORK: Final = 100
"""Fewer ready tasks are done here before children for them would be forked."""
LARGEST_BATCH: Final = 12
"""A child that dies fails all tasks of its batch, so batches stay small. A dozen tasks of the site
are 8 kB: so many can be sent ahead (`workers.ROOM`)."""
POLL_EVERY: Final = 64
_POSITIONS: Final = 6
"""doit's `MRunner` takes so many arguments by position; the last is the number of processes."""


class ForkRunner(Runner):  # type: ignore[misc]  # doit ships no types
    """Runs tasks in this process while they are few, in children when they are many."""

    def __init__(self, *arguments: Any, num_process: int = 1, **named: Any) -> None:  # noqa: ANN401  doit's arguments
        *others, number = arguments if len(arguments) == _POSITIONS else (*arguments, num_process)
        super().__init__(*others, **named)
        self._number: int = number
        self._workers: list[Worker] = []
        self._replaced = False
        self._ready: deque[Any] = deque()
        self._done: deque[Any] = deque()
        self._postponed: Any = None
        self._prefetch: Work | None = None
        self._is_prepared = False

    @staticmethod
    def available() -> bool:
        """Tell doit whether this system can fork."""
        return hasattr(os, "fork")

    def run_tasks(self, dispatcher: TaskDispatcher) -> None:
        """Run everything that the dispatcher gives, in an order that its dependencies allow."""
        try:
            more = True
            while not self._stop_running:
                self._hire_ahead(dispatcher)
                with collection_paused():
                    more = more and self._collect(dispatcher)
                if self._ready:
                    self._work(dispatcher)
                elif self._busy():
                    self._hear(dispatcher, None)
                elif not more:
                    break
            while self._busy():
                self._hear(dispatcher, None)
        finally:
            self._dismiss(dispatcher)

    def _collect(self, dispatcher: TaskDispatcher) -> bool:
        """Take tasks until all wait for others; false when there are no more."""
        looked = 0
        while not self._stop_running:
            try:
                node = self._next(dispatcher)
            except StopIteration:
                return False
            # doit: control.py, _dispatcher_generator yields "hold on" while every task waits
            if node == "hold on":
                if not self._done:
                    return True
                continue
            if needs_values_of_others(node.task) and (self._ready or self._busy()):
                self._postponed = node
                return True
            # doit: runner.py, select_task also reports tasks that are up to date or ignored. A task
            # with setup tasks is selected twice: before these, and after them.
            if self.select_task(node, dispatcher.tasks):
                if acts(node.task):
                    self._ready.append(node)
                else:
                    self._run(node)
            elif (
                node.run_status != "run"
            ):  # a task with setup tasks is selected once more, after them
                self._done.append(node)
            looked += 1
            if looked % POLL_EVERY == 0 and len(self._ready) >= WORTH_A_FORK:
                self._work(dispatcher, seconds=0)
        return True

    def _next(self, dispatcher: TaskDispatcher) -> Any:  # noqa: ANN401  doit's node
        """Return the next task of the dispatcher, after telling it of one that is done."""
        if self._postponed is not None:
            node, self._postponed = self._postponed, None
            return node
        return dispatcher.generator.send(self._done.popleft() if self._done else None)

    def _work(self, dispatcher: TaskDispatcher, seconds: float | None = None) -> None:
        """Run one task here, or hand out those that are ready and hear what became of others."""
        if not self._busy() and not self._is_worth_a_fork():
            self._retire()  # children hold memory that a task here may need
            self._run(self._ready.popleft())
            return
        self._hire()
        if not self._workers:
            return  # no process can be had: from now on all is run here
        self._hand_out()
        self._hear(dispatcher, seconds)

    def _run(self, node: Any) -> None:  # noqa: ANN401  doit's node
        """Run a task in this process."""
        self.process_task_result(node, self.execute_task(node.task))
        self._done.append(node)

    def _is_worth_a_fork(self) -> bool:
        """Tell whether many tasks are ready, or one that is expensive."""
        if not self._number:
            return False
        return len(self._ready) >= WORTH_A_FORK or any(
            is_expensive(node.task) for node in self._ready
        )

    def _hire_ahead(self, dispatcher: TaskDispatcher) -> None:
        """Fork children when what they share is there, and the tasks to come are not.

        A child that is forked later holds all tasks. Child and parent count references in them,
        which copies nearly every page: in an hour of the whole network 270 MB with two children.
        """
        if self._is_prepared and not self._ready and not self._busy():
            self._is_prepared = False
            self._dismiss(dispatcher)
            self._fork(self._number)

    def _hire(self) -> None:
        """Have children for the tasks that are ready."""
        if not self._busy() and len(self._ready) < len(self._workers):
            self._retire()
        self._fork(len(self._ready) + sum(bool(worker.held) for worker in self._workers))

    def _fork(self, wanted: int) -> None:
        """Fork children until there are so many, or as many as the build may have."""
        while len(self._workers) < min(self._number, wanted):
            # docs.python.org/3/library/gc.html: frozen objects are not visited in the child, whose
            # collector would otherwise write to their headers and so copy every shared page.
            gc.freeze()
            try:
                self._workers.append(Worker(self.stream))
            except OSError as error:
                self._refused(error)

    def _retire(self) -> None:
        """End the children that ran something; none is at work."""
        for worker in self._workers:
            if not worker.is_fresh:
                worker.close()
        self._workers = [worker for worker in self._workers if worker.is_fresh]

    def _refused(self, error: OSError) -> None:
        """Go on with the processes that exist, with a warning: the system refuses another one."""
        self._number = len(self._workers)
        parallel.ALLOWED.set(max(1, self._number))
        left = f"with {self._number}" if self._number else "in one"
        sys.stderr.write(
            f"warning: no more processes ({error.strerror}): the build goes on {left}\n"
        )

    def _hand_out(self) -> None:
        """Keep every child busy, with batches that shrink so that all end at about one time."""
        for worker in self._idle():
            nodes = self._next_batch()
            if nodes:
                self._give(worker, nodes)

    def _next_batch(self) -> list[Any]:
        """Take tasks for one child from those that are ready; run those that no child can run."""
        size, nodes = self._portion(), list[Any]()
        while self._ready and len(nodes) < size:
            if nodes and is_expensive(self._ready[0].task):
                break  # an expensive task gets its own batch, so that no other waits for it
            node = self._ready.popleft()
            if not can_run_in_child(node.task):
                self._run(node)
                continue
            nodes.append(node)
            if is_expensive(node.task):
                break
        return nodes

    def _give(self, worker: Worker, nodes: list[Any]) -> None:
        """Send tasks to a child; the first alone, or run it here, if they cannot be pickled."""
        tasks = task_batch([node.task for node in nodes])
        if tasks is not None:
            for node in nodes:
                self.reporter.execute_task(node.task)
            if is_expensive(nodes[0].task):
                worker.is_long = True
                self._prefetch = prefetch(nodes[0].task) or self._prefetch
            worker.send(tasks)
        elif nodes[1:]:
            self._ready.extendleft(reversed(nodes[1:]))
            self._give(worker, nodes[:1])
        else:
            self._run(nodes[0])

    def _hear(self, dispatcher: TaskDispatcher, seconds: float | None) -> None:
        """Take the results that children have, waiting for some at most so long.

        No wait is longer than what was heard may stay unsaved.
        """
        self._flush()
        if any(worker.is_long for worker in self._workers):
            Peak.look()  # for seconds no event of another task would sample the memory
            self._prepare()
        busy = {worker.connection: worker for worker in self._workers if worker.held}
        patience = self._patience() if seconds is None else seconds
        connections = parallel.ready_connections(busy, patience if busy else 0)
        phases.waiting()
        for connection in connections:
            if not self._listen(dispatcher, busy[connection]):
                self._lose(dispatcher, busy[connection])

    def _prepare(self) -> None:
        """Run the `prefetch` of an expensive task while a child runs the task itself."""
        work, self._prefetch = self._prefetch, None
        if work is not None:
            work()
            self._is_prepared = True

    def _listen(self, dispatcher: TaskDispatcher, worker: Worker) -> bool:
        """Take the results that a child sends next; false when it is gone."""
        try:
            with parallel.undisturbed():
                for result in worker.receive():
                    self._take(dispatcher, result)
        except (EOFError, ConnectionError):
            return False
        return True

    def _take(self, dispatcher: TaskDispatcher, result: Result) -> None:
        node = dispatcher.nodes[result.name]
        result.give(node.task, self.stream)
        self.process_task_result(node, result.failure)
        self._done.append(node)

    def _lose(self, dispatcher: TaskDispatcher, worker: Worker) -> None:
        """Fail the tasks of a child that died; one child in a build is replaced."""
        how = worker.close()
        self._workers.remove(worker)
        for name in worker.held:
            node = dispatcher.nodes[name]
            self.process_task_result(node, TaskError(f"the process that ran it {how}"))
            self._done.append(node)
        self._number = max(1, self._number - self._replaced)
        self._replaced = True

    def _dismiss(self, dispatcher: TaskDispatcher) -> None:
        """End all children. Those at work are stopped, but the results that they have are kept."""
        for worker in self._workers:
            if worker.held:
                worker.stop()
            while worker.held and self._listen(dispatcher, worker):
                pass
            worker.close()
        self._workers = []

    def _busy(self) -> bool:
        return any(worker.held for worker in self._workers)

    def _idle(self) -> list[Worker]:
        """Return the children that have no more to do than a batch, and nothing that takes long."""
        most = self._portion()
        return [worker for worker in self._workers if worker.is_idle(most)]

    def _portion(self) -> int:
        """Return how many tasks a batch has now."""
        return max(1, min(LARGEST_BATCH, len(self._ready) // (2 * self._number)))

    def _flush(self) -> None:
        if isinstance(self.dep_manager.backend, StateDB):
            self.dep_manager.backend.flush_when_due()

    def _patience(self) -> float:
        backend = self.dep_manager.backend
        return backend.patience() if isinstance(backend, StateDB) else FLUSH_SECONDS
