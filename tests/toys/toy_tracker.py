"""A tracker in memory, whose server can be taken away."""

from tf_advseg.tracking.tracker import Begun


class ToyTracker:
    """Remembers what it was told; raises while `is_away`."""

    name, title, most_numbers = "toy", "Toy", 3

    def __init__(self, refuses=False):
        self.refuses = refuses
        self.is_away = False
        self.tries = 0
        self.got, self.pictures, self.files = [], [], []
        self.story, self.state = None, None

    def begin(self, story):
        if self.refuses:
            raise ValueError("Toy refuses.")
        self.story = story
        return Begun(["Toy: run 1."], story.logged)

    def numbers(self, numbers):
        self._reached()
        assert len(numbers) <= self.most_numbers
        self.got += [(n.step, n.name, n.value) for n in numbers]

    def picture(self, step, name, picture):
        self._reached()
        self.pictures.append((step, name, picture.shape))

    def file(self, path, inside):
        self._reached()
        self.files.append((path.name, inside))

    def end(self, state):
        self._reached()
        self.state = state

    def _reached(self):
        self.tries += 1
        if self.is_away:
            raise OSError("no route to Toy")
