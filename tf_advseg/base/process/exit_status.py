"""What a command's exit status means, for scripts that call it.

0    all went well
1    the user can mend it; one sentence on standard error says how
3    done, but files were skipped because they cannot be read
4    an exported artefact is not the same model and was not published
5    check_data or init found errors in the data, a manifest differs, or `runs
     lineage` or `verify` found a model that was changed
6    training was stopped by an alarm (--on_alarm=stop); all is saved
7    another worker was lost (--strategy=multi_worker); start all with --resume
130  interrupted by Ctrl-C; training is saved, else what is finished is kept
143  ended by SIGTERM, as clusters send it; the same

The last two are 128 plus the signal's number, as shells have it: a job
script that knows them knows that --resume goes on.
"""

SKIPPED_FILES = 3
REFUSED_ARTEFACTS = 4
ERRORS_IN_DATA = 5
ALARMED = 6
LOST_WORKER = 7
