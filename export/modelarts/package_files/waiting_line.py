"""Room for requests: some are worked on, some wait, the next come back.

A body is read when there is room for it: no more are in memory than that.
"""

import importlib
import logging
import os
import sys
import threading

PATIENCE = 30.0
"""Seconds that a request waits; ModelArts' gateway gives up after 40."""

logger = logging.getLogger("tf_advseg")


class Refusal(Exception):
    """An answer that is an error: status and sentence."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status, self.text = status, text


class Model:
    """The service, loaded in a thread so that /health answers meanwhile.

    Args:
        workers: How many images are worked on at once.
        line: How many further requests wait.
    """

    def __init__(self, workers, line):
        self.service = None
        self._working = threading.Semaphore(workers)
        self._line = threading.Semaphore(workers + line)

    def load(self, folder):
        sys.path.insert(0, folder)
        try:
            module = importlib.import_module("customize_service")
            self.service = module.SegmentationService("tf_advseg", folder)
            logger.info("The model in %s is loaded.", folder)
        except Exception:
            logger.exception("The model in %s cannot be loaded.", folder)
            # The container ends, and whoever started it sees why.
            os._exit(1)

    def answer(self, read_body, parse):
        """Reads a request, once there is room for it, and answers it."""
        if self.service is None:
            raise Refusal(503, "The model is being loaded.")
        if not self._line.acquire(blocking=False):
            raise Refusal(503, "Too many requests at once; try again.")
        try:
            body = read_body()
            if not self._working.acquire(timeout=PATIENCE):
                raise Refusal(503, "The server is busy; try again.")
            try:
                return self.service.inference(parse(body))
            except ValueError as error:
                raise Refusal(400, str(error)) from error
            finally:
                self._working.release()
        finally:
            self._line.release()
